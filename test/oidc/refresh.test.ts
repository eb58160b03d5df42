/**
 * The refresh rule for hardware that sleeps: a token works until a successor has been used, the first used successor
 * wins, and replay ends one device. `device-flow.test.ts` has its outline on both kinds of store; here are its corners,
 * over two servers that share one store.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { DeviceClient, type Tokens } from '../support/device-client.ts';
import { approvedCode, errorOf, linkDevice, tokensOf } from '../support/linked-device.ts';
import { StoredState } from '../support/stored-state.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

let one: TestProtocol;
let other: TestProtocol;
let browser: Session;
let device: DeviceClient;
let elsewhere: DeviceClient;

beforeAll(async () => {
  const clients = [...TEST_CLIENTS, { client_id: 'rented', client_name: 'Rented', grant_lifetime_days: 3 }];
  one = await testProtocol({ clients });
  other = await testProtocol({ clients, prefix: one.stores.prefix, environment: { ISSUER: one.issuer } });
  ({ browser } = await signedInOwner(one.stores));
  device = new DeviceClient(one.issuer);
  elsewhere = new DeviceClient(other.address);
});
afterAll(() => Promise.all([one.close(), other.close()]));

const link = async (): Promise<Tokens> => (await linkDevice(one, browser, device)).tokens;
const refresh = async (token: string, client = device): Promise<Tokens> => {
  const answer = await client.refresh(token);
  expect([answer.status, answer.body]).toEqual([
    200,
    expect.objectContaining({ refresh_token: expect.any(String) }),
  ]);
  return tokensOf(answer);
};

/** 64 refreshes at once with one token, over two servers. */
async function refreshAtOnce(token: string): Promise<Tokens[]> {
  const clients = Array.from({ length: 64 }, (_, index) => (index % 2 ? device : elsewhere));
  return Promise.all(clients.map((client) => refresh(token, client)));
}

async function expectDead(tokens: Tokens): Promise<void> {
  expect(await elsewhere.isActive(tokens.access_token)).toBe(false);
  expect((await elsewhere.userinfo(tokens.access_token)).status).toBe(401);
  expect(errorOf(await elsewhere.refresh(tokens.refresh_token))).toBe('invalid_grant');
}

describe('64 refreshes at once with one token, over two servers', () => {
  const uses: [string, (tokens: Tokens) => Promise<Tokens>][] = [
    ['its refresh token', (tokens) => refresh(tokens.refresh_token, elsewhere)],
    [
      'its access token, at an API',
      async (tokens) => {
        expect(await elsewhere.isActive(tokens.access_token)).toBe(true);
        return refresh(tokens.refresh_token);
      },
    ],
    [
      'its access token, at userinfo',
      async (tokens) => {
        expect((await elsewhere.userinfo(tokens.access_token)).status).toBe(200);
        return refresh(tokens.refresh_token);
      },
    ],
  ];

  it.each(uses)('whichever answer is used first, by %s, works; then one chain lives', async (_use, use) => {
    for (const pick of [0, 1, 17, 38, 63]) {
      const { refresh_token: parent } = await link();
      const answers = await refreshAtOnce(parent);
      const used = answers[pick] as Tokens;
      const next = await use(used);
      const losers = answers.filter((tokens) => tokens.refresh_token !== used.refresh_token);
      const alive = await Promise.all(losers.map((tokens) => elsewhere.isActive(tokens.access_token)));
      expect(alive).not.toContain(true);
      expect(await device.isActive(next.access_token)).toBe(true);
      await refresh((await refresh(next.refresh_token, elsewhere)).refresh_token);
    }
  });

  it('hands out at most 8 successors, each more than once if need be', async () => {
    const { refresh_token: parent } = await link();
    const answers = await refreshAtOnce(parent);
    expect(new Set(answers.map((tokens) => tokens.refresh_token)).size).toBe(8);
    expect(new Set(answers.map((tokens) => tokens.access_token)).size).toBe(64);
  });

  it('two of whose answers are used at once leave one chain or none, never two', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { refresh_token: parent } = await link();
      const [first, second] = [await refresh(parent), await refresh(parent, elsewhere)];
      const answers = await Promise.all([
        device.refresh(first.refresh_token),
        elsewhere.refresh(second.refresh_token),
      ]);
      const alive = await Promise.all(
        answers.map(
          async (answer) => answer.status === 200 && device.isActive(tokensOf(answer).access_token),
        ),
      );
      expect(alive.filter(Boolean).length).toBeLessThanOrEqual(1);
    }
  });
});

describe('lost answers', () => {
  it('20 in a row do not sign a device out, and the last one it hears works', async () => {
    const { refresh_token: parent } = await link();
    for (let lost = 0; lost < 19; lost += 1) await refresh(parent, lost % 2 ? device : elsewhere);
    const heard = await refresh(parent);
    expect(await elsewhere.isActive(heard.access_token)).toBe(true);
    await refresh(heard.refresh_token, elsewhere);
  });

  it('may come at every step of a long chain', async () => {
    let { refresh_token: token } = await link();
    for (let step = 0; step < 6; step += 1) {
      await refresh(token, elsewhere);
      await refresh(token);
      token = (await refresh(token)).refresh_token;
    }
  });

  it('leave access tokens that went out before in use', async () => {
    const first = await link();
    const second = await refresh(first.refresh_token);
    expect(await device.isActive(second.access_token)).toBe(true);
    const third = await refresh(second.refresh_token);
    for (const tokens of [third, second, first])
      expect(await device.isActive(tokens.access_token)).toBe(true);
  });
});

describe('replay', () => {
  it('of the former token, once a successor has been used, ends the device', async () => {
    const { refresh_token: parent } = await link();
    const next = await refresh(parent);
    await device.userinfo(next.access_token);
    expect(errorOf(await elsewhere.refresh(parent))).toBe('invalid_grant');
    await expectDead(next);
  });

  it('of a loser ends the device, and its sibling keeps working', async () => {
    const [struck, sibling] = [await link(), await link()];
    const loser = await refresh(struck.refresh_token);
    const winner = await refresh(struck.refresh_token, elsewhere);
    const grown = await refresh(winner.refresh_token);
    expect(errorOf(await device.refresh(loser.refresh_token))).toBe('invalid_grant');
    for (const tokens of [struck, loser, winner, grown]) await expectDead(tokens);
    expect(await device.isActive(sibling.access_token)).toBe(true);
    await refresh(sibling.refresh_token, elsewhere);
  });

  it('of a token from far back ends the device as well', async () => {
    const { refresh_token: oldest } = await link();
    let latest = await refresh(oldest);
    for (let step = 0; step < 8; step += 1) latest = await refresh(latest.refresh_token);
    expect(errorOf(await device.refresh(oldest))).toBe('invalid_grant');
    await expectDead(latest);
  });

  it('under another client’s name ends nothing', async () => {
    const { refresh_token: parent } = await link();
    const next = await refresh(parent);
    const grown = await refresh(next.refresh_token);
    expect(errorOf(await new DeviceClient(one.issuer, 'speaker').refresh(parent))).toBe('invalid_grant');
    expect(await device.isActive(grown.access_token)).toBe(true);
  });

  it('leaves no grant behind', async () => {
    const owner = await signedInOwner(one.stores);
    const { tokens } = await linkDevice(one, owner.browser);
    const next = await refresh(tokens.refresh_token);
    await refresh(next.refresh_token);
    expect(errorOf(await device.refresh(tokens.refresh_token))).toBe('invalid_grant');
    expect(await new StoredState(one.stores).grants(owner.accountId)).toEqual({});
  });
});

describe('the life of a device’s key', () => {
  const DAY = 86_400_000;
  const daysLeft = (token: string): number => {
    const { expiresAt = 0 } = one.stores.refreshTokenSeals.open(token) ?? {};
    return Math.ceil((expiresAt * 1000 - Date.now()) / DAY);
  };

  it('is 180 days without use, from each refresh anew', async () => {
    const first = await link();
    const next = await refresh(first.refresh_token);
    expect(daysLeft(next.refresh_token)).toBe(180);
  });

  it('has an end that a client sets for its devices, and refreshing does not move it', async () => {
    const owner = await signedInOwner(one.stores);
    const client = new DeviceClient(one.issuer, 'rented');
    const { deviceCode } = await approvedCode(one, owner.browser, client);
    const tokens = tokensOf(await client.poll(deviceCode));
    await refresh((await refresh(tokens.refresh_token, client)).refresh_token, client);
    const ends = await new StoredState(one.stores).grantEnds(owner.accountId);
    expect(ends.map((end) => Math.round((end - Date.now()) / DAY))).toEqual([3]);
  });

  it('is over with its grant', async () => {
    const owner = await signedInOwner(one.stores);
    const { tokens } = await linkDevice(one, owner.browser);
    await new StoredState(one.stores).endGrantsByTime(owner.accountId);
    await expectDead(tokens);
  });
});
