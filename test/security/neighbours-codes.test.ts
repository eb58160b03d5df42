/** What networks that flood can do to a device on a quiet one: its client's places for live codes (docs/security.md). */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config/config.ts';
import { allScripts } from '../../src/redis/script-texts.ts';
import { request } from '../support/http.ts';
import { randomId, type TestStores, testStores } from '../support/test-stores.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

/** As the server has them when no operator has set anything. */
const { all, client: ofClient, network: ofNetwork } = readConfig({}).config.liveCodes;
const { reserveLiveCode } = allScripts();

/** The script that gives places, many times at once; attackers have all the time they need to get past the burst. */
class Places {
  readonly #redis: TestStores['connection']['redis'];
  readonly #prefix = `t${randomId()}:{live}:`;

  constructor({ connection }: TestStores) {
    this.#redis = connection.redis;
  }

  /** How many of these tries got a place. */
  async ask(network: string, client: string, tries: number): Promise<number> {
    const pipeline = this.#redis.pipeline();
    for (let count = 0; count < tries; count += 1) {
      const keys = ['all', client, network, `${network} ${client}`].map((name) => `${this.#prefix}${name}`);
      const args = [randomId(), 600_000, randomId(), all, ofClient, ofNetwork, 1_000_000];
      pipeline.evalsha(reserveLiveCode.digest, keys.length, ...keys, ...args);
    }
    const replies = (await pipeline.exec()) ?? [];
    for (const [error] of replies) if (error) throw error;
    return replies.filter(([, refusedBy]) => refusedBy === '').length;
  }

  /** Each network in turn takes all that it is given, which leaves less than if they took turns. */
  async flood(networks: number, clientId: (round: number) => string): Promise<number> {
    let taken = 0;
    for (let network = 0; network < networks; network += 1) {
      for (let round = 0, given = 10; given > 0; round += 1) {
        given = await this.ask(`net-${network}`, clientId(round), 10);
        taken += given;
      }
    }
    return taken;
  }
}

describe('networks that take all the codes of one client that they are given', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await testStores();
    await stores.connection.redis.eval(reserveLiveCode.text, 4, ...'abcd', 'op', 1, 'a', 1, 1, 1, 1);
  });
  afterAll(() => stores.connection.close());

  it.each([
    { networks: 1, taken: 180, left: 4820 },
    { networks: 25, taken: 2088, left: 2912 },
    { networks: 50, taken: 2755, left: 2245 },
    { networks: 500, taken: 4300, left: 700 },
  ])('$networks of them leave $left of 5,000 places, and each quiet network gets one', async (known) => {
    const places = new Places(stores);
    expect(await places.flood(known.networks, () => 'tv')).toBe(known.taken);
    expect(await places.ask('silent', 'tv', 1)).toBe(1);
    expect(await places.ask('another quiet one', 'tv', 1)).toBe(1);
  });

  it('even 1,199 of them leave one; with one more all places are taken, of that client alone', async () => {
    const places = new Places(stores);
    expect(await places.flood(1199, () => 'tv')).toBe(4999);
    expect(await places.ask('silent', 'tv', 1)).toBe(1);
    expect(await places.ask('late', 'tv', 1)).toBe(0);
    expect(await places.ask('late', 'speaker', 1)).toBe(1);
  });

  it('500 of them over many clients: a quiet network gets one of any client', async () => {
    const places = new Places(stores);
    expect(await places.flood(500, (round) => `client-${round}`)).toBe(7914);
    expect(await places.ask('silent', 'client-0', 1)).toBe(1);
    expect(await places.ask('silent', 'tv', 1)).toBe(1);
  });
});

describe('twenty-five networks that flood a real server', () => {
  let server: WholeServer;
  beforeAll(async () => {
    const caps = { LIVE_CODES: '400', LIVE_CODES_PER_CLIENT: '200', LIVE_CODES_PER_NETWORK: '8' };
    server = await startWholeServer({ ...caps, CODES_PER_MINUTE: '40' });
  });
  afterAll(() => server.close());

  async function authorize(address: string): Promise<Response> {
    const body = new URLSearchParams({ client_id: 'tv', scope: 'openid' });
    const headers = { 'x-forwarded-for': address };
    return request(`${server.issuer}/device/auth`, { method: 'POST', body, headers });
  }

  it('a device behind them gets a code; who floods hears 429', async () => {
    for (let network = 0; network < 25; network += 1) {
      const answers = Array.from({ length: 10 }, (_, host) => authorize(`203.0.${network}.${host + 1}`));
      const statuses = (await Promise.all(answers)).map(({ status }) => status);
      expect(statuses).toContain(200);
      expect(statuses).toContain(429);
    }
    expect((await authorize('198.51.100.9')).status).toBe(200);
  });

  it('all addresses of one IPv6 /48 are one network', async () => {
    const answers = Array.from({ length: 10 }, (_, host) => authorize(`2001:db8:7:${host}::1`));
    expect((await Promise.all(answers)).map(({ status }) => status)).toContain(429);
  });
});
