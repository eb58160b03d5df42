/** An operator who writes an address gets the connection that it says: who signs in, to what, and who can read along. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Cluster, Redis } from 'ioredis';
import { readConfig } from '../../src/config/config.ts';
import { connectRedis } from '../../src/redis/connection.ts';
import { eventually } from '../support/eventually.ts';
import { PASSWORD, SENTINEL_PASSWORD, type StoreWorld, startStoreWorld } from './store-world.ts';

let world: StoreWorld;
beforeAll(async () => {
  world = await startStoreWorld();
});
afterAll(() => world.stop());
beforeEach(() => world.forget());

const LOGIN = `ada:${encodeURIComponent(PASSWORD)}@`;
/** Milliseconds, long enough for a machine that is busy. */
const PATIENT = 20_000;

/** Milliseconds until a server that says nothing is given up. */
const SOON = 300;

function connectionOf(environment: Record<string, string>, timeout = PATIENT) {
  const { config } = readConfig(environment);
  const url = config.redisUrl ?? '';
  return connectRedis({ url, access: config.redisAccess, commandTimeout: timeout, timeout });
}

async function asking<T>(
  environment: Record<string, string>,
  question: (redis: Redis | Cluster) => Promise<T>,
): Promise<T> {
  const connection = connectionOf(environment);
  try {
    await connection.whenReady();
    return await question(connection.redis);
  } finally {
    connection.redis.disconnect();
  }
}

/** What the connection says of why there is none, once it says this. */
async function refusal(
  environment: Record<string, string>,
  expected: string,
  timeout = PATIENT,
): Promise<string> {
  const connection = connectionOf(environment, timeout);
  try {
    return await eventually(expected, () => {
      const said = connection.lastError();
      return said?.includes(expected) && said;
    });
  } finally {
    connection.redis.disconnect();
  }
}

const whoAmI = (redis: Redis | Cluster) => redis.acl('WHOAMI');
const isClientHello = (bytes: Buffer) => bytes[0] === 0x16 && bytes[1] === 0x03 && bytes[5] === 0x01;
const certificates = () => ({ REDIS_CA_FILE: world.authority.certificate });
/** The Cluster asks its clients for a certificate. */
const mutual = () => ({
  ...certificates(),
  REDIS_CERT_FILE: world.client.certificate,
  REDIS_KEY_FILE: world.client.key,
});
const ofSentinel = () => ({ REDIS_SENTINEL_USER: 'watch', REDIS_SENTINEL_PASSWORD: SENTINEL_PASSWORD });

/** Of each kind: where it is, without and with TLS, and what is set beside it. */
const KINDS = {
  single: (tls: boolean) => ({
    place: tls ? `localhost:${world.ports.singleFront}` : `[::1]:${world.ports.single}`,
    beside: tls ? certificates() : {},
  }),
  'redis+sentinel': (tls: boolean) => ({
    place: tls ? `127.0.0.1:${world.ports.sentinelTls}/tls` : `[::1]:${world.ports.sentinel}/plain`,
    beside: { ...(tls && certificates()), ...ofSentinel() },
  }),
  'redis+cluster': (tls: boolean) => ({
    place: `localhost:${tls ? world.ports.clusterTls : world.ports.cluster}`,
    beside: tls ? mutual() : {},
  }),
} as const;
type Kind = keyof typeof KINDS;

function environmentOf(kind: Kind, tls: boolean, login: string): Record<string, string> {
  const { place, beside } = KINDS[kind](tls);
  const scheme = (kind === 'single' ? 'redis' : kind).replace('redis', tls ? 'rediss' : 'redis');
  return { REDIS_URL: `${scheme}://${login}${place}`, ...beside };
}

const ROWS = (Object.keys(KINDS) as Kind[]).flatMap((kind) =>
  [false, true].flatMap((tls) =>
    ['', LOGIN].map((login) => [kind, tls ? 'TLS' : 'plain', login ? 'password' : 'none'] as const),
  ),
);

describe('every kind of store', () => {
  it.each(ROWS)(
    '%s, %s, %s: is reached as the address says, by the bytes on the wire',
    async (kind, way, secret) => {
      const [tls, login] = [way === 'TLS', secret === 'password' ? LOGIN : ''];
      expect(await asking(environmentOf(kind, tls, login), whoAmI)).toBe(login ? 'ada' : 'default');
      const connections = world.written();
      expect(connections.length).toBeGreaterThan(kind === 'single' ? 0 : 1);
      expect(connections.map(isClientHello)).toEqual(connections.map(() => tls));
      const clear = Buffer.concat(connections);
      expect(clear.includes(PASSWORD)).toBe(!tls && login !== '');
      expect(clear.includes(SENTINEL_PASSWORD)).toBe(!tls && kind === 'redis+sentinel');
    },
  );

  it.each([
    ['none', '', 'default'],
    ['password', LOGIN, 'ada'],
  ])('a socket, %s: is reached, with the database that the address names', async (_secret, login, user) => {
    const REDIS_URL = `unix://${login}${world.socket}?db=3`;
    expect(await asking({ REDIS_URL }, whoAmI)).toBe(user);
    expect(String(await asking({ REDIS_URL }, (redis) => redis.call('CLIENT', 'INFO')))).toContain(' db=3 ');
  });

  it.each([
    ['one server', () => `redis://127.0.0.1:${world.ports.single}/2`, {}],
    ['Sentinel', () => `redis+sentinel://127.0.0.1:${world.ports.sentinel}/plain/2`, {}],
  ])('%s: the database is the one in the path', async (_kind, REDIS_URL) => {
    const info = await asking({ REDIS_URL: REDIS_URL() }, (redis) => redis.call('CLIENT', 'INFO'));
    expect(String(info)).toContain(' db=2 ');
  });
});

describe('a store that must not be believed, or does not believe us', () => {
  it.each(Object.keys(KINDS) as Kind[])(
    '%s: no password is sent to a certificate of another authority',
    async (kind) => {
      const environment = { ...environmentOf(kind, true, LOGIN), REDIS_CA_FILE: world.other.certificate };
      await refusal(
        environment,
        'its certificate is not signed by an authority that is known here: REDIS_CA_FILE',
      );
      expect(world.written().every(isClientHello)).toBe(true);
    },
  );

  it('has a certificate for the name in the address', async () => {
    const REDIS_URL = `rediss://[::1]:${world.ports.singleFront}`;
    await refusal(
      { REDIS_URL, ...certificates() },
      'its certificate is for another name than that of REDIS_URL',
    );
  });

  it('is told apart when it speaks no TLS, or nothing else', async () => {
    const without = `rediss://127.0.0.1:${world.ports.single}`;
    await refusal({ REDIS_URL: without, ...certificates() }, 'it does not speak TLS at this port', SOON);
    const REDIS_URL = `redis://127.0.0.1:${world.ports.singleFront}`;
    await refusal({ REDIS_URL }, 'for that, REDIS_URL says rediss', SOON);
  });

  it('says that it asks for a certificate', async () => {
    const { REDIS_URL = '' } = environmentOf('redis+cluster', true, LOGIN);
    const remedy = 'it asks for a certificate: REDIS_CERT_FILE and REDIS_KEY_FILE name the one to show';
    await refusal({ REDIS_URL, ...certificates() }, remedy);
  });

  it('says that a Sentinel knows no such master, or no such password', async () => {
    const place = `redis+sentinel://127.0.0.1:${world.ports.sentinel}`;
    const remedy = 'this Sentinel knows no master of the name in REDIS_URL';
    await refusal({ REDIS_URL: `${place}/nobody`, ...ofSentinel() }, remedy);
    const wrong = { REDIS_SENTINEL_USER: 'watch', REDIS_SENTINEL_PASSWORD: 'hunter2' };
    expect(await refusal({ REDIS_URL: `${place}/plain`, ...wrong }, 'WRONGPASS')).not.toContain('hunter2');
  });
});
