import { randomBytes } from 'node:crypto';
import {
  type AccountDependencies,
  type AccountServices,
  createAccountServices,
} from '../../src/account-changes/services.ts';
import { Passwords } from '../../src/accounts/passwords.ts';
import { readConfig } from '../../src/config/config.ts';
import { TextCountries } from '../../src/limits/text-countries.ts';
import type { Mail } from '../../src/mail/mail.ts';
import { OutgoingMail } from '../../src/mail/outgoing-mail.ts';
import type { TextMessage } from '../../src/mail/text-message.ts';
import type { Visit } from '../../src/net/visit.ts';
import type { SignInOutcome } from '../../src/sessions/sign-in.ts';
import { CHEAP } from '../support/cheap-hashing.ts';
import { serviceAt } from '../support/service.ts';
import { type LimitChanges, testLimiter } from '../support/test-limits.ts';
import { type TestStores, testStores } from '../support/test-stores.ts';

export const PEPPER = Buffer.from('a pepper for tests, 32 bytes long');
export const PASSWORD = 'correct horse battery';
/** For whom a test has something hashed. */
export const SOMEONE = { address: '198.51.100.7', account: 'ada@example.org', known: false };
/** Somewhere on the internet. */
export const HOME = '198.51.100.7';
export const ELSEWHERE = '203.0.113.9';

export interface AccountWorld extends AccountServices {
  stores: TestStores;
  passwords: Passwords;
  /** Every mail so far. */
  mails: Mail[];
  /** Every text message so far. */
  texts: TextMessage[];
  /** Waits for mails under way. */
  settled(): Promise<void>;
  /** A fresh address of email. */
  email(): string;
  /** Creates an account by mail, as people do, in this browser. */
  create(email: string, visit?: Partial<Visit>): Promise<{ sessionId: string; knownBrowser: string }>;
  guess(email: string, password: string, visit?: Partial<Visit>): Promise<SignInOutcome>;
  /** The code in the newest mail to an address; empty when there is none. */
  codeFor(email: string): Promise<string>;
  close(): Promise<void>;
  /** `await using`: closed at the end of the test, even of one that fails. */
  [Symbol.asyncDispose](): Promise<void>;
}

export function visit(of: Partial<Visit> = {}): Visit {
  return { address: HOME, userAgent: 'test', knownBrowser: undefined, sessionId: undefined, ...of };
}

/** What a test may put in the place of the real thing, and limits that it changes. */
type WorldOverrides = Partial<AccountDependencies> & { limits?: LimitChanges };

/** The real services on the real store; mail is kept in memory. */
export async function accountWorld(given: WorldOverrides = {}): Promise<AccountWorld> {
  const { limits, ...overrides } = given;
  const stores = await testStores();
  const passwords = overrides.passwords ?? (await Passwords.create(PEPPER, { cost: CHEAP }));
  const mails: Mail[] = [];
  const mailer = { send: async (mail: Mail) => void mails.push(mail) };
  const mail = new OutgoingMail(mailer, (failure) => {
    throw new Error(failure.reason);
  });
  const texts: TextMessage[] = [];
  const services = createAccountServices({
    textCountries: TextCountries.all,
    service: serviceAt('http://localhost:3000'),
    signUp: 'open',
    proofAges: readConfig({}).config.proofAges,
    recoveryWait: readConfig({}).config.recoveryWait,
    browserTimes: { idle: 3_600_000, absolute: 86_400_000 },
    ...stores,
    limiter: testLimiter(stores, limits),
    sealing: stores.keyring,
    passwords,
    mail,
    texts: { post: (message) => void texts.push(message) },
    ...overrides,
  });
  const codeFor = async (email: string) => {
    await mail.settled();
    const text = mails.findLast(({ to }) => to === email)?.text ?? '';
    return /\b\d{6}\b/.exec(text)?.[0] ?? '';
  };
  return {
    ...services,
    stores,
    passwords,
    mails,
    texts,
    settled: () => mail.settled(),
    email: () => `${randomBytes(8).toString('hex')}@example.org`,
    codeFor,
    create: async (email, of) => {
      const started = await services.signUp.start(
        { name: 'Ada', email, password: PASSWORD },
        '/account',
        HOME,
      );
      if (started.outcome !== 'mailed') throw new Error(started.outcome);
      const done = await services.signUp.confirm(started.ticket, await codeFor(email), visit(of));
      if (done.outcome !== 'signed-in') throw new Error(done.outcome);
      return { sessionId: done.browser.sessionId, knownBrowser: done.knownBrowser };
    },
    guess: (email, password, of) =>
      services.signIn.signIn({ email, password, returnTo: '/account', visit: visit(of) }),
    close: () => stores.connection.close(),
    [Symbol.asyncDispose]: () => stores.connection.close(),
  };
}

/** The real rules for wrong passwords, and others as they are given. */
export function guessLimits(changes: LimitChanges = {}): { limits: LimitChanges } {
  const pace = { free: 5, firstDelay: 60_000, highestDelay: 240_000, memory: 3_600_000 };
  return { limits: { PASSWORD_BROWSER: pace, PASSWORD_STRANGER: pace, ...changes } };
}

/** As the operator does. */
export async function disable({ stores }: Pick<AccountWorld, 'stores'>, email: string): Promise<void> {
  const account = await stores.accounts.findByEmail(email);
  if (account) await stores.accounts.setStatus(account.id, 'disabled');
}

export function count<T>(list: readonly T[], wanted: (one: T) => boolean): number {
  return list.filter(wanted).length;
}
