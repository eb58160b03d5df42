/** Everything of the second step, put together; `../services.ts` calls this once. */

import type { AccountStore } from '../accounts/account-store.ts';
import type { MailedCodeStore } from '../accounts/mailed-code-store.ts';
import type { Passwords } from '../accounts/passwords.ts';
import type { Sealing } from '../accounts/sealing.ts';
import type { SessionTimes } from '../accounts/session.ts';
import type { Service } from '../brand/brand.ts';
import type { ActivityStore } from '../events/event-store.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { TextCountries } from '../limits/text-countries.ts';
import type { OutgoingMail } from '../mail/outgoing-mail.ts';
import type { TextMessages } from '../mail/text-message.ts';
import { AddApp } from '../mfa/add-app.ts';
import { AddPasskey } from '../mfa/add-passkey.ts';
import { AddPhone } from '../mfa/add-phone.ts';
import { FactorCheck } from '../mfa/factor-check.ts';
import type { FactorStore } from '../mfa/factor-store.ts';
import { PasskeyChallenges, type UsedMarks } from '../mfa/passkey-challenges.ts';
import { PasskeyCheck } from '../mfa/passkey-check.ts';
import { relyingPartyOf } from '../mfa/relying-party.ts';
import { SecondStepLimits } from '../mfa/second-step-limits.ts';
import { TextCodes } from '../mfa/text-codes.ts';
import type { TrustedBrowserStore } from '../mfa/trusted-browser-store.ts';
import { TrustedBrowsers } from '../mfa/trusted-browsers.ts';
import { TwoStepVerification } from '../mfa/two-step-verification.ts';
import type { KnownBrowsers } from '../sessions/known-browsers.ts';
import { PasskeySignIn } from '../sessions/passkey-sign-in.ts';
import { ProveAgain } from '../sessions/prove-again.ts';
import { Recovery } from '../sessions/recovery.ts';
import type { RecoveryStore } from '../sessions/recovery-store.ts';
import { SecondStep } from '../sessions/second-step.ts';
import { SecondStepTickets } from '../sessions/second-step-tickets.ts';
import { SessionCreation } from '../sessions/session-creation.ts';
import type { SessionStore } from '../sessions/session-store.ts';

export interface FactorDependencies {
  service: Service;
  browserTimes: SessionTimes;
  accounts: AccountStore;
  browsers: SessionStore;
  factors: FactorStore;
  trustedBrowsers: TrustedBrowserStore;
  recoveries: RecoveryStore;
  /** How long the removal of a lost second step waits, in milliseconds. */
  recoveryWait: number;
  activity: ActivityStore;
  limiter: Limiter;
  mailedCodes: MailedCodeStore;
  /** Used challenges of passkeys. */
  records: UsedMarks;
  sealing: Sealing;
  passwords: Passwords;
  /** `undefined`: no text message can be sent, and no backup phone be added. */
  texts: TextMessages | undefined;
  /** To which countries they may go. */
  textCountries: TextCountries;
  mail: OutgoingMail;
  knownBrowsers: KnownBrowsers;
  now: () => number;
}

export interface FactorServices {
  sessionCreation: SessionCreation;
  secondStepLimits: SecondStepLimits;
  secondStep: SecondStep;
  recovery: Recovery;
  proveAgain: ProveAgain;
  passkeyCheck: PasskeyCheck;
  passkeySignIn: PasskeySignIn;
  twoStep: TwoStepVerification;
  addApp: AddApp;
  addPasskey: AddPasskey;
  /** `undefined`: no text message can be sent. */
  addPhone: AddPhone | undefined;
  trustedBrowsers: TrustedBrowsers;
}

const NOBODY: TextMessages = { post: () => undefined };

export function createFactorServices(given: FactorDependencies): FactorServices {
  const { service, factors, sealing, knownBrowsers, passwords, now } = given;
  const party = relyingPartyOf(service);
  const trusted = new TrustedBrowsers(given.trustedBrowsers, sealing);
  const tickets = new SecondStepTickets(sealing, now);
  const times = given.browserTimes;
  const sessionCreation = new SessionCreation({ ...given, trusted, tickets, times });
  const countries = given.textCountries;
  const texts = new TextCodes({ ...given, countries, texts: given.texts ?? NOBODY });
  const challenges = new PasskeyChallenges(sealing, given.records, now);
  const passkeys = new PasskeyCheck(party, challenges);
  const limits = new SecondStepLimits(given.limiter);
  const check = new FactorCheck({ limits, passwords, texts, passkeys, now });
  return {
    sessionCreation,
    secondStepLimits: limits,
    secondStep: new SecondStep({ ...given, tickets, check, texts, trusted, knownBrowsers, sessionCreation }),
    recovery: new Recovery({ ...given, sessionCreation }),
    proveAgain: new ProveAgain({ ...given, check, texts }),
    passkeyCheck: passkeys,
    passkeySignIn: new PasskeySignIn({ ...given, passkeys, sessionCreation }),
    twoStep: new TwoStepVerification(factors, passwords, now),
    addApp: new AddApp(factors, service, now),
    addPasskey: new AddPasskey(factors, challenges, party, now),
    addPhone: given.texts && new AddPhone(factors, texts, now),
    trustedBrowsers: trusted,
  };
}
