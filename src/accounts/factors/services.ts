/** Everything of the second step, put together; `../services.ts` calls this once. */
import type { ActivityStore } from '../../activity/activity-store.ts';
import type { AccountStore } from '../account-store.ts';
import type { BrowserStore, BrowserTimes } from '../browser-store.ts';
import { Entrance } from '../entrance.ts';
import type { KnownBrowsers } from '../known-browsers.ts';
import type { Limiter } from '../limiter.ts';
import type { MailedCodeStore } from '../mailed-code-store.ts';
import type { OutgoingMail } from '../outgoing-mail.ts';
import type { Passwords } from '../passwords.ts';
import type { Sealing } from '../sealing.ts';
import { AddApp } from './add-app.ts';
import { AddPasskey } from './add-passkey.ts';
import { AddPhone } from './add-phone.ts';
import { FactorCheck } from './factor-check.ts';
import type { FactorStore } from './factor-store.ts';
import { PasskeyChallenges, type UsedMarks } from './passkey-challenges.ts';
import { PasskeyCheck } from './passkey-check.ts';
import { PasskeySignIn } from './passkey-sign-in.ts';
import { ProveAgain } from './prove-again.ts';
import { Recovery } from './recovery.ts';
import type { RecoveryStore } from './recovery-store.ts';
import { relyingPartyOf } from './relying-party.ts';
import { SecondStep } from './second-step.ts';
import { SecondStepLimits } from './second-step-limits.ts';
import { SecondStepTickets } from './second-step-tickets.ts';
import { TextCodes, type TextMessages } from './text-codes.ts';
import type { TextCountries } from './text-countries.ts';
import type { TrustedBrowserStore } from './trusted-browser-store.ts';
import { TrustedBrowsers } from './trusted-browsers.ts';
import { TwoStepVerification } from './two-step-verification.ts';

export interface FactorDependencies {
  issuer: string;
  browserTimes: BrowserTimes;
  accounts: AccountStore;
  browsers: BrowserStore;
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
  entrance: Entrance;
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
  const { issuer, factors, sealing, knownBrowsers, passwords, now } = given;
  const party = relyingPartyOf(issuer);
  const trusted = new TrustedBrowsers(given.trustedBrowsers, sealing);
  const tickets = new SecondStepTickets(sealing, now);
  const times = given.browserTimes;
  const entrance = new Entrance({ ...given, trusted, tickets, times });
  const countries = given.textCountries;
  const texts = new TextCodes({ ...given, countries, texts: given.texts ?? NOBODY });
  const challenges = new PasskeyChallenges(sealing, given.records, now);
  const passkeys = new PasskeyCheck(party, challenges);
  const limits = new SecondStepLimits(given.limiter);
  const check = new FactorCheck({ limits, passwords, texts, passkeys, now });
  return {
    entrance,
    secondStepLimits: limits,
    secondStep: new SecondStep({ ...given, tickets, check, texts, trusted, knownBrowsers, entrance }),
    recovery: new Recovery({ ...given, entrance }),
    proveAgain: new ProveAgain({ ...given, check, texts }),
    passkeyCheck: passkeys,
    passkeySignIn: new PasskeySignIn({ ...given, passkeys, entrance }),
    twoStep: new TwoStepVerification(factors, passwords, now),
    addApp: new AddApp(factors, issuer, now),
    addPasskey: new AddPasskey(factors, challenges, party, now),
    addPhone: given.texts && new AddPhone(factors, texts, now),
    trustedBrowsers: trusted,
  };
}
