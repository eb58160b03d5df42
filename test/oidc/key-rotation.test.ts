import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import type { Session } from '../../src/accounts/session.ts';
import type { KeyRing } from '../../src/oidc/key-ring.ts';
import { Agent, TestApp } from '../support/app.ts';
import { DEVICE_GRANT, DeviceClient } from '../support/device-client.ts';
import { request as httpRequest } from '../support/http.ts';
import { approvedCode, linkDevice } from '../support/linked-device.ts';
import { TEST_CLIENTS } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';
import { CachingApp, DAY, HOUR, type RotatingServer, RotatingServers } from './rotating-servers.ts';

const TIMES = { age: 90 * DAY, lead: DAY, keep: 2 * DAY };
const ES256 = { id_token_signed_response_alg: 'ES256' };
const clients = TEST_CLIENTS.map((client) => ({ ...client, ...ES256 }));

interface KeySet {
  keys: { kid: string; alg: string }[];
}

async function keySetOf({ address }: RotatingServer): Promise<KeySet> {
  return (await httpRequest(`${address}/jwks`)).json() as Promise<KeySet>;
}

const kidsOf = async (server: RotatingServer) =>
  (await keySetOf(server)).keys.filter(({ alg }) => alg === 'ES256').map(({ kid }) => kid);
const kidOf = (token: unknown) => decodeProtectedHeader(String(token)).kid;

/** A device that refreshes at whichever server. */
async function linkedDevice(server: RotatingServer, browser: Session) {
  const { tokens } = await linkDevice(server, browser, new DeviceClient(server.address));
  let { refresh_token: token } = tokens;
  return {
    idToken: tokens.id_token,
    refreshAt: async (at: RotatingServer) => {
      const { body } = await new DeviceClient(at.address).refresh(token);
      token = String(body['refresh_token']);
      return body['id_token'];
    },
  };
}

describe('signing keys that are rotated a hundred times under load', () => {
  // A day of lead, and apps that keep the key set for all of it; everything in the proportions of the real thing.
  const DAILY = { age: DAY, lead: DAY, keep: DAY + 8 * HOUR };
  const STEP = 8 * HOUR;

  it('fail no app: each token of two servers verifies by the key set that its app has kept', async () => {
    const world = await new RotatingServers(DAILY, { clients }).start(2);
    try {
      const { browser } = await signedInOwner(world.first.stores);
      const devices = await Promise.all(
        [...world.servers, world.first].map((server) => linkedDevice(server, browser)),
      );
      const apps = devices.map((_device, index) => {
        const server = world.servers[index % 2] ?? world.first;
        return new CachingApp(world.clock, server, DAY, index * STEP);
      });
      const signers = new Set<string>();
      let verified = 0;
      while (signers.size < 101) {
        // Requests are under way while servers look, and swap.
        const load = devices.map(async (device, index) => {
          const server = world.servers[(index + verified) % 2] ?? world.first;
          signers.add((await apps[index]?.verify(await device.refreshAt(server))) ?? '');
          verified += 1;
        });
        await Promise.all([...load, world.allLooked()]);
        await world.pass(STEP);
      }
      expect(verified).toBeGreaterThan(900);
      // Old keys have left, not piled up.
      for (const server of world.servers) expect((await kidsOf(server)).length).toBeLessThanOrEqual(4);
    } finally {
      await world.close();
    }
  });
});

describe('two servers whose key has come of age', () => {
  let world: RotatingServers;
  let browser: Session;
  let former: string[];

  beforeAll(async () => {
    world = await new RotatingServers(TIMES, { clients }).start(2);
    ({ browser } = await signedInOwner(world.first.stores));
    former = await kidsOf(world.first);
  });
  afterAll(() => world.close());

  it('begin with the same keys', async () => {
    expect(former).toHaveLength(1);
    for (const server of world.servers) expect(await kidsOf(server)).toEqual(former);
  });

  it('make one successor between them, and publish it behind the one that signs', async () => {
    await world.pass(TIMES.age - TIMES.lead);
    await world.allLooked();
    const sets = await Promise.all(world.servers.map(kidsOf));
    expect(sets[0]).toHaveLength(2);
    expect(sets[0]?.[0]).toBe(former[0]);
    expect(sets[1]).toEqual(sets[0]);
    const { idToken } = await linkedDevice(world.first, browser);
    expect(kidOf(idToken)).toBe(former[0]);
  });

  it('go on with a sign-in that an app began before, and an end that it asks for after', async () => {
    const app = await TestApp.notes(world.first);
    const agent = new Agent(browser);
    const attempt = await app.begin();
    const { idToken: before } = await linkedDevice(world.first, browser);
    const step = await agent.get(attempt.url);
    expect(step.location).toMatch(/^\/interaction\//);
    await world.pass(TIMES.lead);
    await world.allLooked();
    const tokens = await app.redeem(await app.authorize(agent, attempt), attempt);
    expect(kidOf(tokens.id_token)).not.toBe(former[0]);
    for (const { appSignOut } of world.servers) {
      for (const idTokenHint of [String(before), String(tokens.id_token)])
        expect(await appSignOut.read(hinted(idTokenHint))).not.toHaveProperty('error');
    }
  });

  it('tell the security log what was published, what signs, and what has ended', async () => {
    const events = (kid: string | undefined) =>
      world.first.audited.filter(({ key }) => key === kid).map(({ event }) => event);
    const [successor] = await kidsOf(world.first);
    expect(events(successor)).toEqual(['signing-key-published', 'signing-key-used']);
    await world.pass(TIMES.keep);
    expect(events(former[0])).toEqual(['signing-key-ended']);
    for (const server of world.servers) expect(await kidsOf(server)).toEqual([successor]);
  });

  it('erase the private part of what has ended', async () => {
    await world.allLooked();
    const { value } = await world.first.stores.installationSecrets.read<KeyRing>('signing-keys');
    expect(value.keys.map(({ kid }) => kid)).not.toContain(former[0]);
    expect(value.keys).toHaveLength(2);
  });
});

const hinted = (idTokenHint: string) => ({
  idTokenHint,
  clientId: undefined,
  redirectUri: undefined,
  state: undefined,
});

describe('an operator who rotates the keys', () => {
  let world: RotatingServers;
  let browser: Session;

  beforeAll(async () => {
    world = await new RotatingServers(TIMES, { clients }).start(2);
    ({ browser } = await signedInOwner(world.first.stores));
  });
  afterAll(() => world.close());

  it('twice in a row, or two at once, makes one new key', async () => {
    const both = await Promise.all(world.servers.map(({ rotation }) => rotation.rotate()));
    expect(both.map(({ outcome }) => outcome).sort()).toEqual(['rotated', 'waiting']);
    expect((await world.first.rotation.rotate()).outcome).toBe('waiting');
    await world.allLooked();
    for (const server of world.servers) expect(await kidsOf(server)).toHaveLength(2);
  });

  it('lets requests that are under way end on the key that they began with', async () => {
    const [former] = await kidsOf(world.first);
    const { deviceCode } = await approvedCode(world.first, browser, new DeviceClient(world.first.address));
    const body = `grant_type=${encodeURIComponent(DEVICE_GRANT)}&device_code=${deviceCode}&client_id=tv`;
    const poll = await begunPost(`${world.first.address}/token`, body);
    await world.pass(TIMES.lead);
    await world.allLooked();
    expect((await kidsOf(world.first))[0]).not.toBe(former);
    const { id_token: idToken } = JSON.parse(await poll.end()) as { id_token: string };
    expect(kidOf(idToken)).toBe(former);
    const keys = createLocalJWKSet((await keySetOf(world.first)) as Parameters<typeof createLocalJWKSet>[0]);
    await expect(jwtVerify(idToken, keys)).resolves.toBeDefined();
  });

  it('after a leak ends every key at once, those that wait too: once, though two ask', async () => {
    await world.first.rotation.rotate();
    await world.allLooked();
    const leaked = await keySetOf(world.first);
    expect(leaked.keys.length).toBeGreaterThan(3);
    const { idToken } = await linkedDevice(world.first, browser);
    await Promise.all(world.servers.map(({ rotation }) => rotation.endAll()));
    await world.allLooked();
    const [here, there] = await Promise.all(world.servers.map(keySetOf));
    expect(here).toEqual(there);
    expect(here?.keys.map(({ alg }) => alg).sort()).toEqual(['ES256', 'RS256']);
    const kids = leaked.keys.map(({ kid }) => kid);
    expect(here?.keys.filter(({ kid }) => kids.includes(kid))).toEqual([]);
    for (const { appSignOut } of world.servers)
      expect(await appSignOut.read(hinted(String(idToken)))).toEqual({
        error: 'id_token_hint was not issued here',
      });
  });

  it('signs nobody out: cookies are signed with no key', async () => {
    const app = await TestApp.notes(world.first);
    const agent = new Agent(browser);
    const attempt = await app.begin();
    await agent.get(attempt.url);
    await world.first.rotation.endAll();
    await world.allLooked();
    const { id_token: idToken } = await app.redeem(await app.authorize(agent, attempt), attempt);
    expect(await kidsOf(world.first)).toContain(kidOf(idToken));
  });
});

/** A request that the server has begun to read, and whose last byte is still to come. */
async function begunPost(url: string, body: string) {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(body.length),
    expect: '100-continue',
  };
  const sent = request(url, { method: 'POST', headers });
  const answered = new Promise<string>((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', async (response) => resolve((await response.toArray()).join('')));
  });
  // The server says so when the request has come to it.
  await new Promise<void>((resolve) => {
    sent.once('continue', () => resolve());
    sent.flushHeaders();
  });
  sent.write(body.slice(0, -1));
  return {
    end: () => {
      sent.end(body.slice(-1));
      return answered;
    },
  };
}
