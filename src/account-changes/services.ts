/** Everything an owner can do about signing in, put together; the composition root calls this once. */

import type { AccountId } from '../accounts/account.ts';
import { type InvitationStore, Invitations } from '../accounts/invitations.ts';
import { PasswordRules } from '../accounts/password-rules.ts';
import { Tickets } from '../accounts/tickets.ts';
import type { ProofAges } from '../config/proof-ages.ts';
import { Refusals } from '../events/refusals.ts';
import type { Standing } from '../mfa/factor.ts';
import type { Visit } from '../net/visit.ts';
import { GuessLimits } from '../sessions/guess-limits.ts';
import { KnownBrowsers } from '../sessions/known-browsers.ts';
import { PasswordChoice } from '../sessions/password-choice.ts';
import { PasswordReset } from '../sessions/password-reset.ts';
import type { SignUpOrigin } from '../sessions/pending-sign-up.ts';
import { Proof } from '../sessions/proof.ts';
import { SignIn } from '../sessions/sign-in.ts';
import { SignInByMail } from '../sessions/sign-in-by-mail.ts';
import { SignOut } from '../sessions/sign-out.ts';
import { SignUp, type SignUpMode } from '../sessions/sign-up.ts';
import { ChangeCodes } from './change-codes.ts';
import { EmailChange, type PendingEmail } from './email-change.ts';
import { createFactorServices, type FactorDependencies, type FactorServices } from './factor-services.ts';
import { NameChange } from './name-change.ts';
import { PasswordChange } from './password-change.ts';
import { ReaderChoice } from './reader-choice.ts';

export interface AccountDependencies extends Omit<FactorDependencies, 'knownBrowsers' | 'now'> {
  signUp: SignUpMode;
  /** `false`: owners sign in by other providers alone. */
  takesPasswords?: boolean;
  proofAges: ProofAges;
  /** Words of the operator's that passwords must not be made of. */
  passwordWords?: readonly string[];
  /** Keeps invitations, and which challenges of passkeys were used. */
  records: InvitationStore & FactorDependencies['records'];
  /** By which other providers an owner without a password signs in. */
  providersOf?: (account: AccountId) => Promise<readonly string[]>;
  linkOrigin?: (owner: Standing, origin: SignUpOrigin, visit: Visit) => Promise<boolean>;
  now?: () => number;
}

export interface AccountServices extends FactorServices {
  refusals: Refusals;
  signUp: SignUp;
  signIn: SignIn;
  signInByMail: SignInByMail;
  signOut: SignOut;
  proving: Proof;
  passwordChange: PasswordChange;
  passwordReset: PasswordReset;
  emailChange: EmailChange;
  passwordChoice: PasswordChoice;
  nameChange: NameChange;
  readerChoice: ReaderChoice;
}

export function createAccountServices(given: AccountDependencies): AccountServices {
  const { sealing, now = Date.now } = given;
  const knownBrowsers = new KnownBrowsers(sealing, now);
  const factors = createFactorServices({ ...given, knownBrowsers, now });
  const limits = new GuessLimits(given.limiter);
  const passwordRules = new PasswordRules(given.passwordWords, (caller, work) =>
    given.passwords.inTurn(caller, work),
  );
  const refusals = new Refusals(given.activity, now);
  const shared = {
    ...given,
    now,
    refusals,
    knownBrowsers,
    sessionCreation: factors.sessionCreation,
    secondStepLimits: factors.secondStepLimits,
    limits,
    passwordRules,
  };
  const choice = new PasswordChoice(shared);
  const signInByMail = new SignInByMail({ ...shared, tickets: new Tickets(sealing, 'sign-in') });
  return {
    ...factors,
    refusals,
    signInByMail,
    signIn: new SignIn({ ...shared, byMail: signInByMail }),
    signUp: new SignUp({
      ...shared,
      mode: given.signUp,
      takesPasswords: given.takesPasswords ?? true,
      tickets: new Tickets(sealing, 'sign-up'),
      invitations: new Invitations(given.records),
      now,
    }),
    signOut: new SignOut(given.browsers),
    proving: new Proof(shared),
    passwordChange: new PasswordChange({ ...shared, choice, codes: passwordCodesOf(given) }),
    emailChange: new EmailChange({ ...shared, codes: emailCodesOf(given) }),
    passwordReset: new PasswordReset({ ...shared, choice }),
    passwordChoice: choice,
    nameChange: new NameChange(given.accounts),
    readerChoice: new ReaderChoice(given.accounts),
  };
}

const passwordCodesOf = (given: AccountDependencies) =>
  new ChangeCodes<{ epoch: number }>(given, new Tickets(given.sealing, 'password-change'), 'password-change');
const emailCodesOf = (given: AccountDependencies) =>
  new ChangeCodes<PendingEmail>(given, new Tickets(given.sealing, 'email-change'), 'email-change');
