/** Everything an owner can do about signing in, put together; the composition root calls this once. */
import type { AccountStore } from './account-store.ts';
import type { BrowserStore, BrowserTimes } from './browser-store.ts';
import { ChangeCodes } from './change-codes.ts';
import { Entrance } from './entrance.ts';
import type { FactorStore } from './factors/factor-store.ts';
import { GuessLimits } from './guess-limits.ts';
import { type InvitationStore, Invitations } from './invitations.ts';
import { KnownBrowsers } from './known-browsers.ts';
import type { Limiter } from './limiter.ts';
import type { MailedCodeStore } from './mailed-code-store.ts';
import { NameChange } from './name-change.ts';
import type { OutgoingMail } from './outgoing-mail.ts';
import { PasswordChange } from './password-change.ts';
import { PasswordChoice } from './password-choice.ts';
import { PasswordRules } from './password-rules.ts';
import type { Passwords } from './passwords.ts';
import type { ProofAges } from './proof-ages.ts';
import { Proving } from './proving.ts';
import type { Sealing } from './sealing.ts';
import { SignIn } from './sign-in.ts';
import { SignInByMail } from './sign-in-by-mail.ts';
import { SignOut } from './sign-out.ts';
import { SignUp, type SignUpMode } from './sign-up.ts';
import { Tickets } from './tickets.ts';

export interface AccountDependencies {
  issuer: string;
  signUp: SignUpMode;
  browserTimes: BrowserTimes;
  proofAges: ProofAges;
  accounts: AccountStore;
  browsers: BrowserStore;
  factors: FactorStore;
  limiter: Limiter;
  mailedCodes: MailedCodeStore;
  /** Keeps invitations. */
  records: InvitationStore;
  sealing: Sealing;
  passwords: Passwords;
  mail: OutgoingMail;
  now?: () => number;
}

export interface AccountServices {
  signUp: SignUp;
  signIn: SignIn;
  signInByMail: SignInByMail;
  signOut: SignOut;
  proving: Proving;
  passwordChange: PasswordChange;
  passwordChoice: PasswordChoice;
  nameChange: NameChange;
}

export function createAccountServices(given: AccountDependencies): AccountServices {
  const { browsers, sealing, now = Date.now } = given;
  const knownBrowsers = new KnownBrowsers(sealing, now);
  const entrance = new Entrance(browsers, knownBrowsers, given.browserTimes, now);
  const limits = new GuessLimits(given.limiter);
  const passwordRules = new PasswordRules();
  const shared = { ...given, now, knownBrowsers, entrance, limits, passwordRules };
  const choice = new PasswordChoice(shared);
  const passwordCodes = new ChangeCodes<{ epoch: number }>(
    given,
    new Tickets(sealing, 'password-change'),
    'password-change',
  );
  const signInByMail = new SignInByMail({ ...shared, tickets: new Tickets(sealing, 'sign-in') });
  return {
    signInByMail,
    signIn: new SignIn({ ...shared, byMail: signInByMail }),
    signUp: new SignUp({
      ...shared,
      mode: given.signUp,
      tickets: new Tickets(sealing, 'sign-up'),
      invitations: new Invitations(given.records),
      now,
    }),
    signOut: new SignOut(browsers),
    proving: new Proving(shared),
    passwordChange: new PasswordChange({ ...shared, choice, codes: passwordCodes }),
    passwordChoice: choice,
    nameChange: new NameChange(given.accounts),
  };
}
