/** Refresh tokens that say themselves where they belong: a used one leaves nothing behind, and its replay is seen for ever. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { SEALED_TOKEN_LENGTH } from '../../src/devices/refresh-token-seals.ts';
import { DeviceClient } from '../support/device-client.ts';
import { deviceKey } from '../support/device-key.ts';
import { approvedCode, errorOf, linkDevice, tokensOf } from '../support/linked-device.ts';
import { StoredState } from '../support/stored-state.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner, TEST_SECRET } from '../support/test-stores.ts';

const DAY = 86_400_000;
const NEWER = 'a newer secret for tests, long enough to be taken';

let protocol: TestProtocol;
/** The same store by another server, with another secret in front. */
let rotated: TestProtocol;
let browser: Session;
let device: DeviceClient;

beforeAll(async () => {
  protocol = await testProtocol();
  const shared = { prefix: protocol.stores.prefix, environment: { ISSUER: protocol.issuer } };
  rotated = await testProtocol({ ...shared, secrets: [NEWER, TEST_SECRET] });
  ({ browser } = await signedInOwner(protocol.stores));
  device = new DeviceClient(protocol.issuer);
});
afterAll(() => Promise.all([protocol.close(), rotated.close()]));
afterEach(() => {
  jest.restoreAllMocks();
});

const link = async () => (await linkDevice(protocol, browser, device)).tokens.refresh_token;

async function refresh(token: string, client = device): Promise<string> {
  const answer = await client.refresh(token);
  expect([answer.status, errorOf(answer)]).toEqual([200, undefined]);
  return tokensOf(answer).refresh_token;
}

async function expectRefused(token: string, client = device): Promise<void> {
  const answer = await client.refresh(token);
  expect([answer.status, errorOf(answer)]).toEqual([400, 'invalid_grant']);
}

/** The server's clock, so many days ago. */
function daysAgo(days: number): void {
  const { now } = Date;
  jest.spyOn(Date, 'now').mockImplementation(() => now() - days * DAY);
}

const clockIsRight = (): void => void jest.restoreAllMocks();

async function replaysTold(accountId = browser.accountId): Promise<number> {
  const events = await protocol.stores.activity.list(accountId, { most: 100 });
  return events.filter(({ event }) => event.kind === 'device-replayed').length;
}

describe('the library’s ids', () => {
  it('are made by `generateTokenId` of its models, which version 9.13.3 calls once for each new token', async () => {
    const { version } = JSON.parse(
      readFileSync(new URL('../../node_modules/oidc-provider/package.json', import.meta.url), 'utf8'),
    ) as { version: string };
    expect(version).toBe('9.13.3');
    const { RefreshToken } = protocol.provider;
    expect(Object.hasOwn(RefreshToken.prototype, 'generateTokenId')).toBe(true);
    const prototype = RefreshToken.prototype as unknown as { generateTokenId(): string };
    const made = jest.spyOn(prototype, 'generateTokenId');
    const token = await link();
    expect(made.mock.results.map(({ value }) => value)).toEqual([token]);
  });

  it('of refresh tokens are sealed and of one length', async () => {
    const { tokens } = await linkDevice(protocol, browser, device);
    expect(tokens.refresh_token).toMatch(new RegExp(`^[\\w-]{${SEALED_TOKEN_LENGTH}}$`));
    const { expiresAt, place, generation } =
      protocol.stores.refreshTokenSeals.open(tokens.refresh_token) ?? {};
    expect([place, generation]).toEqual([0, 0]);
    expect(Math.round(((expiresAt ?? 0) * 1000 - Date.now()) / DAY)).toBe(180);
  });

  it('of a grant that belongs to no account are records, as ever', async () => {
    const client = await protocol.provider.Client.find('tv');
    if (!client) throw new Error('no client');
    const made = new protocol.provider.RefreshToken({
      ...{ client, accountId: 'a', grantId: 'a grant' },
      ...{ gty: 'authorization_code', scope: 'openid' },
    } as ConstructorParameters<typeof protocol.provider.RefreshToken>[0]);
    const id = await made.save();
    expect(id).toMatch(/^[\w-]{44}$/);
    expect(await protocol.provider.RefreshToken.find(id)).toMatchObject({ accountId: 'a', scope: 'openid' });
  });
});

describe('a device that is always on', () => {
  /** Bytes of everything that is there for longer than an access token lives. */
  async function lasting(): Promise<number> {
    const { redis } = protocol.stores.connection;
    let bytes = 0;
    for (const key of await redis.keys(`${protocol.stores.prefix}*`)) {
      const left = await redis.pttl(key);
      if (left >= 0 && left <= 600_000) continue;
      bytes += Number(await redis.memory('USAGE', key, 'SAMPLES', 0));
    }
    return bytes;
  }

  it('leaves less than 8 KB more in the store by a week of refreshes (1,008) than by one', async () => {
    const codes = await approvedCode(protocol, browser, device, { scope: 'offline_access' });
    let token = await refresh(tokensOf(await device.poll(codes.deviceCode)).refresh_token);
    const before = await lasting();
    for (let count = 1; count < 1008; count += 1) token = await refresh(token);
    expect((await lasting()) - before).toBeLessThan(8192);
    expect(
      await protocol.stores.connection.redis.keys(`${protocol.stores.prefix}RefreshToken:*`),
    ).toHaveLength(1);
  });
});

describe('replay', () => {
  it('of a token that was used a month ago ends that device, and no other', async () => {
    daysAgo(30);
    const [used, other] = [await link(), await link()];
    const next = await refresh(await refresh(used));
    clockIsRight();
    const newest = await refresh(next);
    const told = await replaysTold();
    await expectRefused(used);
    expect(await replaysTold()).toBe(told + 1);
    await expectRefused(newest);
    await refresh(other);
  });

  it('is seen also when the token is past its own time', async () => {
    daysAgo(170);
    const used = await link();
    const next = await refresh(await refresh(used));
    clockIsRight();
    const newest = await refresh(next);
    daysAgo(-20);
    const told = await replaysTold();
    await expectRefused(used);
    expect(await replaysTold()).toBe(told + 1);
    clockIsRight();
    await expectRefused(newest);
  });

  it('is not told of a device that slept until its newest token was past its time', async () => {
    daysAgo(200);
    const slept = await link();
    clockIsRight();
    const told = await replaysTold();
    await expectRefused(slept);
    expect(await replaysTold()).toBe(told);
  });

  it('is nothing that another client, or a thief without the key, can do', async () => {
    const key = await deviceKey(protocol.issuer);
    const form = (token: string) => ({ grant_type: 'refresh_token', refresh_token: token, client_id: 'tv' });
    const bound = async (token: string) =>
      device.post('/token', form(token), { dpop: await key.prove('/token') });
    const { deviceCode } = await approvedCode(protocol, browser, device);
    const proof = await key.prove('/token');
    const poll = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: deviceCode };
    const first = tokensOf(await device.post('/token', { ...poll, client_id: 'tv' }, { dpop: proof }));
    const second = tokensOf(await bound(first.refresh_token));
    const third = tokensOf(await bound(second.refresh_token));
    await expectRefused(first.refresh_token, new DeviceClient(protocol.issuer, 'speaker'));
    await expectRefused(first.refresh_token);
    const fourth = tokensOf(await bound(third.refresh_token));
    const told = await replaysTold();
    expect(errorOf(await bound(first.refresh_token))).toBe('invalid_grant');
    expect(await replaysTold()).toBe(told + 1);
    expect(errorOf(await bound(fourth.refresh_token))).toBe('invalid_grant');
  });
});

describe('a store that was restored', () => {
  it('takes no device for a thief: what it has not heard of is refused, and ends nothing', async () => {
    const owner = await signedInOwner(protocol.stores);
    const { tokens } = await linkDevice(protocol, owner.browser, device);
    const { redis } = protocol.stores.connection;
    const grants = `${protocol.stores.prefix}{${owner.accountId}}:grants`;
    const head = await refresh(tokens.refresh_token);
    const standing = await refresh(head);
    const dumped = await redis.dumpBuffer(grants);
    const later: string[] = [await refresh(head)];
    for (let step = 0; step < 4; step += 1) later.push(await refresh(String(later.at(-1))));
    await redis.restore(grants, 0, dumped, 'REPLACE');
    for (const token of later.toReversed()) await expectRefused(token);
    expect(await replaysTold(owner.accountId)).toBe(0);
    expect(Object.values(await new StoredState(protocol.stores).grants(owner.accountId))).toEqual(['active']);
    await refresh(await refresh(standing));
  });

  it('to before the device redeemed its code, or with another generation, ends nothing either', async () => {
    const owner = await signedInOwner(protocol.stores);
    const { tokens } = await linkDevice(protocol, owner.browser, device);
    const seal = protocol.stores.refreshTokenSeals.open(tokens.refresh_token);
    await refresh(tokens.refresh_token);
    await protocol.stores.grants.raiseGeneration(seal?.grantId ?? '');
    await expectRefused(tokens.refresh_token);
    expect(await replaysTold(owner.accountId)).toBe(0);
    expect(Object.values(await new StoredState(protocol.stores).grants(owner.accountId))).toEqual(['active']);
  });
});

describe('a seal', () => {
  it('that was forged or altered is refused like every token that never was, and asks no store', async () => {
    const token = await link();
    const altered = Array.from({ length: 40 }, (_, index) => {
      const at = Math.floor((index * SEALED_TOKEN_LENGTH) / 40);
      return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
    });
    const others = ['A'.repeat(SEALED_TOKEN_LENGTH), token.replace(/.$/, '.'), token.replace(/.$/, '=')];
    const asked = jest.spyOn(protocol.stores.records, 'find');
    const authorized = jest.spyOn(protocol.stores.grants, 'authorize');
    const answers = await Promise.all([...altered, ...others].map((one) => device.refresh(one)));
    expect([asked, authorized].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
    const unknown = await device.refresh('x'.repeat(44));
    for (const { status, body } of answers) expect([status, body]).toEqual([unknown.status, unknown.body]);
    await refresh(token);
  });

  it('says nothing to its holder, and no two are alike', async () => {
    const { refreshTokenSeals: seals } = protocol.stores;
    const { grantId = '' } = seals.open(await link()) ?? {};
    const facts = { generation: 1, place: 2, clientId: 'tv', key: undefined, issuedAt: 1, lifetime: 2 };
    const tokens = Array.from({ length: 200 }, () => seals.seal({ grantId, ...facts }));
    expect(new Set(tokens.map((token) => token.slice(6, 30))).size).toBe(200);
    expect(new Set(tokens.map((token) => token.slice(40, 70))).size).toBe(200);
    const names = tokens.map((token) => seals.open(token)?.name);
    expect(new Set(names).size).toBe(200);
    expect(tokens.some((token, index) => token.includes(names[index] ?? ''))).toBe(false);
  });

  it('of an older secret works while that is in the list, and its replay is seen', async () => {
    const elsewhere = new DeviceClient(rotated.address);
    const first = await link();
    const second = await refresh(await refresh(first), elsewhere);
    expect(second.slice(0, 6)).not.toBe(first.slice(0, 6));
    const third = await refresh(second, elsewhere);
    // The first server does not have the newer secret: to it these are tokens that never were.
    await expectRefused(third);
    const fourth = await refresh(third, elsewhere);
    await expectRefused(first, elsewhere);
    await expectRefused(fourth, elsewhere);
  });
});
