/** The endpoint at which clients register themselves: what a stranger can do with it to the store and to others. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { newClient } from '../redis/contract/registered-clients.ts';
import { request } from '../support/http.ts';
import { type Answer, answerTo, manage, RegisteredApp, register, SITE } from '../support/registered-app.ts';
import { testStores } from '../support/test-stores.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

const HOUR = 3_600_000;

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer({ REGISTRATION: 'open' }, undefined, {
    limits: { REGISTRATION_NETWORK: PACE },
  });
});
afterAll(() => server.close());

const PACE = { free: 10, firstDelay: 60_000, highestDelay: 60_000, memory: HOUR };
let networks = 0;
const from = (address: string) => ({ 'x-forwarded-for': address });
/** Another network each time. */
const fromElsewhere = () => {
  networks += 1;
  return from(`198.18.${networks}.1`);
};

describe('a server where no client registers itself', () => {
  it('has no such endpoint, and discovery names none', async () => {
    const closed = await startWholeServer();
    try {
      const [headers, body] = [
        { 'content-type': 'application/json' },
        JSON.stringify({ redirect_uris: [SITE] }),
      ];
      const one = `${closed.issuer}/register/${'x'.repeat(22)}`;
      for (const [url, init] of [
        [`${closed.issuer}/register`, { method: 'POST', headers, body }],
        [one, { method: 'GET' }],
        [one, { method: 'DELETE' }],
        [one, { method: 'PUT', headers, body }],
      ] as const)
        expect((await request(url, init)).status).toBe(404);
      const told = await request(`${closed.issuer}/.well-known/openid-configuration`);
      expect(await told.json()).not.toHaveProperty('registration_endpoint');
    } finally {
      await closed.close();
    }
  });
});

describe('a server where no more clients may register', () => {
  it('goes on serving those that are there, questions ahead of their pages’ requests too', async () => {
    const app = await RegisteredApp.at(server, { redirect_uris: ['https://page.example.com/cb'] });
    const { refresh_token = '' } = await app.signIn(await server.owner());
    const same = { REDIS_PREFIX: server.stores.prefix, ISSUER: server.issuer };
    await using closed = await startWholeServer(same);
    const headers = { origin: 'https://page.example.com', 'access-control-request-method': 'POST' };
    for (const path of ['/token', '/me', '/token/revocation']) {
      const preflight = await request(closed.origin + path, { method: 'OPTIONS', headers });
      expect([path, preflight.headers.get('access-control-allow-origin')]).toEqual([path, headers.origin]);
    }
    const body = new URLSearchParams({ client_id: app.id, grant_type: 'refresh_token', refresh_token });
    const answer = await request(`${closed.origin}/token`, {
      method: 'POST',
      headers: { origin: headers.origin },
      body,
    });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, headers.origin]);
  });
});

describe('the registration endpoint', () => {
  it('answers no page of another site: its visitors would register from their networks', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const preflight = await answerTo(`${server.issuer}/register`, 'OPTIONS', undefined, headers);
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([405, null]);
    const plain = { origin: 'https://evil.example', 'content-type': 'text/plain', ...fromElsewhere() };
    expect((await register(server, { redirect_uris: [SITE] }, plain)).status).toBe(400);
  });

  it('lets one network bring 20 in a day, in no order of headers; others bring theirs', async () => {
    const spammer = from('203.0.113.9');
    const statuses: number[] = [];
    for (let asked = 0; asked < 25; asked += 1)
      statuses.push((await register(server, { redirect_uris: [SITE] }, spammer)).status);
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThan(15);
    const refused = await register(server, { redirect_uris: [SITE] }, from('203.0.113.77'));
    expect([refused.status, refused.headers.get('retry-after'), refused.body['error']]).toEqual([
      429,
      '3600',
      'temporarily_unavailable',
    ]);
    expect((await register(server, { redirect_uris: [SITE] }, fromElsewhere())).status).toBe(201);
  });

  it('looks at so many bad requests of one network, and into the store for so many; another is not held up', async () => {
    const told = ({ status, headers, body }: Answer) => [
      status,
      Number(headers.get('retry-after')) > 0,
      body['error'],
    ];
    const held = [429, true, 'temporarily_unavailable'];
    const guesser = from('198.51.100.99');
    for (let asked = 0; asked < 10; asked += 1)
      expect((await register(server, { redirect_uris: [] }, guesser)).status).toBe(400);
    expect(told(await register(server, { redirect_uris: [SITE] }, guesser))).toEqual(held);
    // What is registered counts by its place alone.
    const team = from('100.64.1.9');
    const all = [];
    for (let asked = 0; asked < 11; asked += 1)
      all.push(await register(server, { redirect_uris: [SITE] }, team));
    expect(all.map(({ status }) => status)).toEqual(Array(11).fill(201));
    const url = String(all[0]?.body['registration_client_uri']);
    for (const method of ['GET', 'PUT', 'DELETE', 'GET', 'PUT', 'DELETE', 'GET', 'PUT', 'DELETE', 'GET'])
      expect((await answerTo(url, method, method === 'PUT' ? {} : undefined, team)).status).toBe(401);
    const token = { authorization: `Bearer ${String(all[0]?.body['registration_access_token'])}` };
    for (const method of ['GET', 'PUT', 'DELETE'])
      expect(
        told(await answerTo(url, method, method === 'PUT' ? {} : undefined, { ...team, ...token })),
      ).toEqual(held);
    expect((await answerTo(url, 'GET', undefined, { ...fromElsewhere(), ...token })).status).toBe(200);
    expect(server.logged()).toContain('"limit":"REGISTRATION_NETWORK"');
  });

  it('reads no more than is kept, and nothing that is compressed', async () => {
    const long = { redirect_uris: [SITE], software_id: 'x'.repeat(20_000) };
    expect((await register(server, long, fromElsewhere())).status).toBe(413);
    const zipped = { 'content-encoding': 'gzip', ...fromElsewhere() };
    expect((await register(server, { redirect_uris: [SITE] }, zipped)).status).toBe(400);
    const most = Array.from({ length: 10 }, (_, index) => `${SITE}/${index}${'x'.repeat(900)}`);
    const both = { redirect_uris: most, post_logout_redirect_uris: most };
    expect((await register(server, both, fromElsewhere())).status).toBe(413);
    const kept = { redirect_uris: most.slice(0, 9), post_logout_redirect_uris: [] };
    expect((await register(server, kept, fromElsewhere())).body['error']).toBe('invalid_client_metadata');
  });

  it('leaves places to others and to the operator’s own, however many accounts an attacker has', async () => {
    const stores = await testStores({ registeredClients: { all: 1000, network: 20 } });
    try {
      const { registeredClients: clients, initialTokens } = stores;
      let networks = 0;
      /** From as many networks as it takes, five at a time; those that are not kept are taken back. */
      const keepFive = async (account: string) => {
        const kept = Array.from({ length: 5 }, async () => {
          const client = newClient();
          networks += 1;
          if ((await clients.add(client, { network: `${networks}` }, HOUR)) !== 'added') return false;
          const stays = (await clients.keep(client.clientId, 2 * HOUR, account)) === 'kept';
          if (!stays) await clients.remove(client.clientId);
          return stays;
        });
        return (await Promise.all(kept)).filter(Boolean).length;
      };
      const shares: number[] = [];
      while (shares.at(-1) !== 1) {
        const account = `account ${shares.length}`;
        let share = 0;
        for (let more = 5; more === 5; share += more) more = await keepFive(account);
        shares.push(share);
      }
      const kept = shares.reduce((sum, share) => sum + share, 0);
      // Five at once take places from each other now and then. From here on each account keeps one, as long as there are places.
      for (const [figure, about] of [
        [shares[0], 43],
        [shares[10], 16],
        [shares[50], 3],
        [shares.length, 94],
        [900 - kept, 248],
      ] as const)
        expect(Math.abs((figure ?? 0) - about)).toBeLessThan(2 + about / 10);
      const others = Array.from({ length: 900 - kept + 20 }, (_, index) =>
        clients.add(newClient(), { network: `other ${index}` }, HOUR),
      );
      expect((await Promise.all(others)).filter((one) => one === 'added')).toHaveLength(900 - kept);
      const id = '0123456789ab';
      await initialTokens.add({ id, name: '', digest: 'd', uses: 200 }, HOUR);
      const team = () => clients.add(newClient(), { tokenId: id, tokenDigest: 'd' }, HOUR);
      const added = await Promise.all(Array.from({ length: 101 }, team));
      expect(added.filter((one) => one === 'added')).toHaveLength(100);
    } finally {
      await stores.connection.close();
    }
  });

  it('writes who came and who was refused into the log, and no word of theirs', async () => {
    const made = await register(server, { redirect_uris: [SITE], client_name: 'Wordy' }, fromElsewhere());
    const changed = await manage(made, 'PUT', { client_id: made.body['client_id'], redirect_uris: [SITE] });
    await manage(changed, 'DELETE');
    await register(server, { redirect_uris: ['javascript:alert(1)'] }, fromElsewhere());
    const lines = server
      .logged()
      .split('\n')
      .filter((line) => line.includes(String(made.body['client_id'])) && line.includes('"security"'))
      .map((line) => (JSON.parse(line) as { event: string }).event);
    expect(lines).toEqual(['client-registered', 'client-changed', 'client-removed']);
    expect(server.logged()).toContain('"event":"registration-refused"');
    expect(server.logged()).not.toMatch(/Wordy|javascript:alert/);
  });

  it('keeps no more of a client than has bounds: what one network brings in a day is below a third of a megabyte', async () => {
    const biggest = {
      redirect_uris: Array.from({ length: 8 }, (_, index) => `${SITE}/${index}${'x'.repeat(880)}`),
      client_name: 'ก'.repeat(60),
      token_endpoint_auth_method: 'client_secret_basic',
    };
    const one = from('192.0.2.200');
    while ((await register(server, biggest, one)).status === 201);
    const { connection, prefix } = server.stores;
    const redis = connection.redis as Redis;
    const keys = [...(await redis.keys(`${prefix}Client:*`)), ...(await redis.keys(`${prefix}{clients}:*`))];
    const sizes = await Promise.all(keys.map((key) => redis.call('MEMORY', 'USAGE', key, 'SAMPLES', '0')));
    const most = Math.max(...sizes.map(Number));
    expect(most).toBeGreaterThan(8192);
    expect(most).toBeLessThan(13_000);
    expect(20 * most).toBeLessThan(333_000);
  });
});
