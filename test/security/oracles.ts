/**
 * Two questions that a stranger may ask, whose answers must not tell them apart: not by text, not by status, not by
 * time (ASVS 6.3.8, requirement B8). One table for the test, which compares the answers, and for `npm run check:timing`,
 * which compares the times.
 */
import type { AccountId } from '../../src/accounts/account.ts';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf } from '../support/linked-device.ts';
import { randomId } from '../support/test-stores.ts';
import type { WatchedServer } from '../support/watched-server.ts';
import { PageClient } from '../web/page-client.ts';
import { answerAsked, codeQuestion, from, type Oracle, pageAsked } from './oracle.ts';
import { TOKEN_ORACLES } from './token-oracles.ts';

/** Limits that many questions of one test would meet are out of the way. */
export const WIDE_LIMITS = {
  LIVE_CODES: '100',
  LIVE_CODES_PER_CLIENT: '100',
  LIMIT_PASSWORD_NETWORK: '1000000/1d 1ms..1ms',
  LIMIT_CODE_ACCOUNT: '100/1d 1ms..1ms',
  LIMIT_CODE_BROWSER: '100/1d 1ms..1ms',
  LIMIT_CODE_NETWORK: '1000000/1d 1ms..1ms',
  LIMIT_UNKNOWN_CODE_NETWORK: '1000000/1d 1ms..1ms',
  LIMIT_SIGN_UP_MAIL_ACCOUNT: '1000/1d 1ms..1ms',
  LIMIT_SIGN_UP_MAIL_ALL: '1000000/1d 1ms..1ms',
  LIMIT_SIGN_UP_MAIL_NETWORK: '1000000/1d 1ms..1ms',
  LIMIT_FORGOTTEN_MAIL_NETWORK: '1000000/1d 1ms..1ms',
  LIMIT_FORGOTTEN_MAIL_ACCOUNT: '1000000/1d 1ms..1ms',
  LIMIT_FORGOTTEN_MAIL_ALL: '1000000/1d 1ms..1ms',
};

/** Of no password that is known, at the cost of a real one. */
const SOME_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/** So many accounts share the questions that none meets the limit of wrong passwords in a row. */
const ACCOUNTS = 100;

export const ORACLES: readonly Oracle[] = [
  {
    name: 'signing in: an email with an account, and one without',
    prepare: async (server) => {
      const known = await emailsWithAccounts(server, 'active');
      const ask = await signInQuestion(server);
      const unknown = known.map(() => someEmail());
      return [(n) => ask(pick(known, n), n), (n) => ask(pick(unknown, n), n)];
    },
  },
  {
    name: 'signing in: an account that is disabled, and none',
    prepare: async (server) => {
      const disabled = await emailsWithAccounts(server, 'disabled');
      const ask = await signInQuestion(server);
      const unknown = disabled.map(() => someEmail());
      return [(n) => ask(pick(disabled, n), n), (n) => ask(pick(unknown, n), n)];
    },
  },
  {
    name: 'creating an account: an email that is taken, and one that is free',
    prepare: async (server) => {
      const taken = await emailsWithAccounts(server, 'active');
      const pages = new PageClient(server.origin);
      const csrf = (await pages.get('/sign-up')).field('csrf');
      const form = (email: string) => ({ csrf, name: 'Ada', email, password: 'correct horse battery' });
      const ask = async (email: string) =>
        pageAsked(await pages.post('/sign-up', form(email), from()), email);
      return [(n) => ask(pick(taken, n)), () => ask(someEmail())];
    },
  },
  {
    name: 'a forgotten password: an email with an account, and one without',
    prepare: async (server) => {
      const known = await emailsWithAccounts(server, 'active');
      const pages = new PageClient(server.origin);
      const csrf = (await pages.get('/forgot-password')).field('csrf');
      const ask = async (email: string) =>
        pageAsked(await pages.post('/forgot-password', { csrf, email }, from()), email);
      return [(n) => ask(pick(known, n)), () => ask(someEmail())];
    },
  },
  {
    name: 'user codes: one that is used, and one that never was',
    prepare: async (server) => {
      const { owner, ask } = await codeQuestion(server);
      const device = new DeviceClient(server.origin, 'tv');
      const used = codesOf(await device.authorize());
      await owner.decide(used.userCode, 'approve');
      await device.poll(used.deviceCode);
      return [() => ask(used.userCode), () => ask(someCode())];
    },
  },
  {
    name: 'user codes: one that was denied, and one that never was',
    prepare: async (server) => {
      const { owner, ask } = await codeQuestion(server);
      const denied = codesOf(await new DeviceClient(server.origin, 'tv').authorize());
      await owner.decide(denied.userCode, 'deny');
      return [() => ask(denied.userCode), () => ask(someCode())];
    },
  },
  {
    name: 'user codes: one that has expired, and one that never was',
    prepare: async (server) => {
      const { ask } = await codeQuestion(server);
      const expired = { userCode: someCode(), deviceCode: randomId(), clientId: 'tv', lifetime: 1 };
      await server.stores.deviceCodes.create({ ...expired, network: 'none', payload: {} });
      return [() => ask(expired.userCode), () => ask(someCode())];
    },
  },
  {
    name: 'device codes: of another client, and one that never was',
    untimed: true,
    prepare: async (server) => {
      const mine = codesOf(await new DeviceClient(server.origin, 'tv').authorize());
      const other = new DeviceClient(server.origin, 'speaker');
      const ask = async (code: string) => answerAsked(await other.poll(code));
      return [() => ask(mine.deviceCode), () => ask(`${randomId()}${randomId()}`.slice(0, 43))];
    },
  },
  ...TOKEN_ORACLES,
];

const pick = (list: readonly string[], n: number) => list[n % list.length] ?? '';
const someEmail = () => `${randomId().toLowerCase()}@example.org`;
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const someCode = () =>
  Array.from({ length: 8 }, () => LETTERS.charAt(Math.floor(Math.random() * LETTERS.length))).join('');

async function emailsWithAccounts(
  { stores }: WatchedServer,
  status: 'active' | 'disabled',
): Promise<string[]> {
  const emails = Array.from({ length: ACCOUNTS }, someEmail);
  for (const email of emails) {
    const id = randomId() as AccountId;
    const profile = { name: 'Ada', email, emailVerified: true, createdAt: 1 };
    await stores.accounts.create(id, profile, { passwordHash: SOME_HASH });
    if (status === 'disabled')
      await stores.connection.redis.hset(`${stores.prefix}{${id}}:account`, 'status', 'disabled');
  }
  return emails;
}

async function signInQuestion(server: WatchedServer) {
  const pages = new PageClient(server.origin);
  const csrf = (await pages.get('/sign-in')).field('csrf');
  return async (email: string, n: number) =>
    pageAsked(await pages.post('/sign-in', { csrf, email, password: `wrong ${n}` }, from()), email);
}
