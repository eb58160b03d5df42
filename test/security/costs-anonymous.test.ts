/**
 * What one network can make the store hold without an account: the biggest requests that are accepted, as many as are
 * accepted, on a Redis of its own that says what they take. docs/security.md has the figures.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { readConfig } from '../../src/config/config.ts';
import type { Count } from '../../src/limits/limiter.ts';
import type { LimitSettingName } from '../../src/limits/limits.ts';
import { CompanionDevice } from '../support/companion-device.ts';
import { request } from '../support/http.ts';
import { startStandaloneRedis, type TestRedis } from '../support/redis-standalone.ts';
import { testLimiter } from '../support/test-limits.ts';
import { randomId } from '../support/test-stores.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { begunWithin, CODE_LIFETIME, HOUR, LIMITS_OF_ALL, rateOf } from './limit-rates.ts';

const MB = 1_000_000;
const NETWORK = '203.0.113.7';
const LONG_AGENT = 'é'.repeat(300);
/** The defaults, but for the pace at which codes may be asked for: the attacker has the time. */
const SETTINGS = { CODES_PER_MINUTE: '1000000', LIVE_CODES_PER_NETWORK: '200', SIGN_UP: 'open' };

const { burst: CODES_PER_MINUTE } = readConfig({}).config.liveCodes;
let redis: TestRedis;
let server: WholeServer;
let store: Redis;
beforeAll(async () => {
  redis = await startStandaloneRedis(['--appendfsync', 'no']);
  server = await startWholeServer({ ...SETTINGS, REDIS_URL: redis.url, ALLOW_UNSAFE_REDIS: 'appendfsync' });
  store = server.stores.connection.redis as Redis;
});
afterAll(async () => {
  await server.close();
  await redis.stop();
});

interface Taken {
  keys: string[];
  bytes: number;
}

/** What the keys of these kinds take, with their entries in the tables of all keys and of their ends. */
async function taken(...kinds: string[]): Promise<Taken> {
  const found = await Promise.all(kinds.map((kind) => store.keys(`${server.stores.prefix}${kind}*`)));
  const keys = found.flat();
  const sizes = await Promise.all(keys.map((key) => store.call('MEMORY', 'USAGE', key, 'SAMPLES', '0')));
  return { keys, bytes: sizes.reduce<number>((sum, size) => sum + Number(size) + 48, 0) };
}

const perKey = ({ keys, bytes }: Taken) => bytes / keys.length;

async function remove(...kinds: string[]): Promise<void> {
  for (const key of (await taken(...kinds)).keys) await store.unlink(key);
}

/** When each of these is forgotten, milliseconds. */
async function endsOf(keys: readonly string[]): Promise<Map<string, number>> {
  return new Map(
    await Promise.all(keys.map(async (key) => [key, Number(await store.call('PEXPIRETIME', key))] as const)),
  );
}

async function usedMemory(): Promise<number> {
  return Number(/used_memory_dataset:(\d+)/.exec(await store.info('memory'))?.[1]);
}

/** Until nothing is accepted any more; ten at once. */
async function flood(ask: () => Promise<boolean>): Promise<number> {
  let accepted = 0;
  for (let given = 1; given > 0; accepted += given) {
    const answers = await Promise.all(Array.from({ length: 10 }, ask));
    given = answers.filter(Boolean).length;
  }
  return accepted;
}

const sums: Record<string, number> = {};
let bytesOfCode = 0;

describe('what one network keeps in the store without an account', () => {
  it('device codes: those that live, and those that have expired and are still known', async () => {
    const fields = {
      client_id: 'tv',
      scope: `openid ${'s'.repeat(505)}`,
      nonce: 'n',
      acr_values: 'a'.repeat(128),
      device_name: 'ก'.repeat(1000),
      device_model: 'ᄀ'.repeat(1300),
    };
    const ask = async (address: string) => {
      const headers = { 'x-forwarded-for': address, 'user-agent': LONG_AGENT };
      const body = new URLSearchParams(fields);
      for (const path of ['a', 'b', 'c', 'd'])
        body.append('resource', `https://a.example/${path}${'r'.repeat(101)}`);
      return (await request(`${server.issuer}/device/auth`, { method: 'POST', body, headers })).ok;
    };
    // What an installation has once: its scripts, its connections.
    await flood(() => ask('198.51.100.1'));
    await remove('DeviceCode:', '{live}:');
    const before = await usedMemory();
    const accepted = await flood(() => ask(NETWORK));
    const [codes, places] = [await taken('DeviceCode:'), await taken('{live}:')];
    expect(accepted).toBeGreaterThan(150);
    expect(codes.keys).toHaveLength(accepted);
    // Nothing else was kept.
    expect((await usedMemory()) - before).toBeLessThan(1.3 * (codes.bytes + places.bytes));
    expect(perKey(codes)).toBeLessThan(5000);
    sums['device codes'] = 2 * codes.bytes + places.bytes;
    bytesOfCode = perKey(codes);
  });

  it('pushed requests of devices: each has the place of a device code, and no more room than a code twice', async () => {
    await remove('DeviceCode:', '{live}:');
    const fields = new CompanionDevice(server.issuer).fields({
      scope: `openid ${'s'.repeat(505)}`,
      state: 's'.repeat(128),
      nonce: 'n'.repeat(512),
      acr_values: 'a'.repeat(128),
      dpop_jkt: 'j'.repeat(43),
      device_name: 'ก'.repeat(1000),
      device_model: 'ᄀ'.repeat(1300),
    });
    const headers = { 'x-forwarded-for': NETWORK, 'user-agent': LONG_AGENT };
    const push = { method: 'POST', body: new URLSearchParams(fields), headers };
    const accepted = await flood(async () => (await request(`${server.issuer}/par`, push)).ok);
    const pushes = await taken('PushedAuthorizationRequest:');
    expect(pushes.keys).toHaveLength(accepted);
    expect((await taken('{waiting}:')).keys).toEqual([]);
    for (const end of (await endsOf(pushes.keys)).values()) expect(end).toBeLessThan(Date.now() + 61_000);
    expect(perKey(pushes)).toBeLessThan(2 * bytesOfCode);
    // They live for a minute, in which so many may be asked for.
    sums['pushed requests, more than codes'] = CODES_PER_MINUTE * (perKey(pushes) - bytesOfCode);
    await remove('PushedAuthorizationRequest:', '{live}:');
  });

  it.each([4096, 2000, 250, 1])('sign-ins that apps began, with a state of %i characters', async (length) => {
    const query = new URLSearchParams({
      client_id: 'notes',
      response_type: 'code',
      redirect_uri: 'https://notes.example.com/signed-in',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
      scope: 'openid',
      state: 's'.repeat(length),
    });
    const accepted = await flood(async () => {
      const asked = { headers: { 'x-forwarded-for': NETWORK }, redirect: 'manual' } as const;
      const answer = await request(`${server.issuer}/auth?${query}`, asked);
      return answer.headers.get('location')?.includes('/interaction/') ?? false;
    });
    expect(accepted).toBeGreaterThan(50);
    const { bytes } = await taken('Interaction:', '{waiting}:', 'Session');
    sums['sign-ins of apps'] = Math.max(sums['sign-ins of apps'] ?? 0, bytes);
    await remove('Interaction:', '{waiting}:', 'Attempts:');
  });

  it('sign-ups, forgotten passwords, sign-ins by mail that wait for a code', async () => {
    const email = () => `${randomBytes(30).toString('hex')}@${'x'.repeat(63)}.${'y'.repeat(60)}.example.org`;
    for (let asked = 0; asked < 5; asked += 1) {
      const form = { name: 'ก'.repeat(100), email: email(), password: PASSWORD };
      expect((await server.visitor(NETWORK).submit('/sign-up', '/sign-up', form)).status).toBe(200);
      await server.visitor(NETWORK).submit('/forgot-password', '/forgot-password', { email: email() });
      const nobody = { code: '123456', payload: { epoch: 0 }, lifetime: CODE_LIFETIME };
      await server.stores.mailedCodes.write('sign-in', randomId(), nobody);
    }
    const [signUps, resets, signIns] = [
      await taken('MailedCode:sign-up:'),
      await taken('MailedCode:password-reset:'),
      await taken('MailedCode:sign-in:'),
    ];
    expect([signUps, resets, signIns].map(({ keys }) => keys.length)).toEqual([5, 5, 5]);
    sums['sign-ups'] = perKey(signUps) * rateOf('SIGN_UP_MAIL_NETWORK').atOnce;
    sums['forgotten passwords'] = perKey(resets) * rateOf('FORGOTTEN_MAIL_NETWORK').atOnce;
    // Each is a guess at an email that 25 were made at before: none begins a counter in a row as well.
    const guesses = rateOf('PASSWORD_NETWORK').atOnce;
    sums['sign-ins by mail'] = perKey(signIns) * guesses;
  });

  it('counters: each is for another email, as often as its network may name one', async () => {
    await remove('Attempts:');
    const limiter = testLimiter(server.stores);
    const kinds: { limit: Count[0]; by: LimitSettingName; life: number }[] = [
      { limit: 'PASSWORD_STRANGER', by: 'PASSWORD_NETWORK', life: 2.4 * HOUR },
      { limit: 'PASSWORD_IN_A_ROW', by: 'PASSWORD_NETWORK', life: 9.6 * HOUR },
      { limit: 'SIGN_UP_MAIL_ACCOUNT', by: 'SIGN_UP_MAIL_NETWORK', life: 4.8 * HOUR },
      { limit: 'FORGOTTEN_MAIL_VISITOR', by: 'FORGOTTEN_MAIL_NETWORK', life: 4.8 * HOUR },
      { limit: 'FORGOTTEN_MAIL_ACCOUNT', by: 'FORGOTTEN_MAIL_NETWORK', life: 2.4 * HOUR },
    ];
    let bytes = 0;
    for (const { limit, by, life } of kinds) {
      for (let asked = 0; asked < 10; asked += 1) await limiter.take([[limit, `${randomId()}@example.org`]]);
      const counters = await taken('Attempts:');
      const ends = await Promise.all(counters.keys.map((key) => store.pttl(key)));
      expect(Math.max(...ends)).toBeLessThanOrEqual(life);
      const inARowAlready = limit === 'PASSWORD_IN_A_ROW' ? rateOf(by).atOnce : 0;
      bytes += perKey(counters) * (begunWithin(life, by) - inARowAlready);
      await remove('Attempts:');
    }
    sums['counters'] = bytes;
  });

  it('no counter of an email is begun or kept for longer where its network is made to wait', async () => {
    const forLong = { free: 3, firstDelay: HOUR, highestDelay: HOUR, memory: HOUR };
    const limiter = testLimiter(server.stores, { FORGOTTEN_MAIL_NETWORK: forLong }, () => 0);
    const ask = async (email: string) => {
      const counts: Count[] = [
        ['FORGOTTEN_MAIL_VISITOR', email],
        ['FORGOTTEN_MAIL_ACCOUNT', email],
      ];
      return (await limiter.take([...counts, ['FORGOTTEN_MAIL_NETWORK', NETWORK]])).outcome;
    };
    for (let asked = 0; asked < 3; asked += 1) expect(await ask('ada@example.org')).toBe('evaluate');
    const before = await taken('Attempts:');
    const ends = await endsOf(before.keys);
    for (let refused = 0; refused < 20; refused += 1) {
      expect(await ask(randomId())).toBe('wait');
      expect(await ask('ada@example.org')).toBe('wait');
    }
    expect((await taken('Attempts:')).keys.sort()).toEqual(before.keys.sort());
    // An hour and more would be added by each that counts.
    const later = [...(await endsOf(before.keys))].filter(([key, end]) => end > (ends.get(key) ?? 0) + 1000);
    expect(later).toEqual([]);
    await remove('Attempts:');
  });

  it('of what all networks share, one takes one field of each span', async () => {
    const limiter = testLimiter(server.stores);
    for (const name of LIMITS_OF_ALL)
      for (let asked = 0; asked < 30; asked += 1) await limiter.take([[name, NETWORK]]);
    const counters = await taken('Attempts:');
    // The end of one span and the begin of the next.
    sums['counters of all'] = 2 * counters.bytes;
    expect(perKey(counters)).toBeLessThan(500);
    await remove('Attempts:');
  });

  it('nothing else, and at most 5 MB of it all', async () => {
    const { prefix } = server.stores;
    const keys = await store.keys(`${prefix}*`);
    const kinds = keys.map((key) => key.slice(prefix.length).split(/[:{}]+/)[0] || key);
    const known =
      /^(DeviceCode|MailedCode|Attempts|Probe|signing-keys|pepper|secrets-needed|servers|store-format)$/;
    expect(kinds.filter((kind) => !known.test(kind) && !kind.startsWith(prefix))).toEqual([]);
    const all = Object.values(sums).reduce((sum, one) => sum + one, 0);
    process.stdout.write(`${JSON.stringify(sums)} ${all}\n`);
    expect(all).toBeLessThanOrEqual(5 * MB);
  });
});
