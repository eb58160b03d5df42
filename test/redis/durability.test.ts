import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Cluster, Redis } from 'ioredis';
import { checkDurability } from '../../src/redis/durability.ts';
import { startRedisCluster, type TestCluster } from '../support/redis-cluster.ts';
import { startStandaloneRedis, type TestRedis } from '../support/redis-standalone.ts';

const STRICT = { allow: [] };

describe('a single server', () => {
  let server: TestRedis;
  let operator: Redis;
  let application: Redis;

  beforeAll(async () => {
    server = await startStandaloneRedis();
    operator = new Redis(server.url);
    application = new Redis(server.applicationUrl);
  });

  afterAll(async () => {
    operator.disconnect();
    application.disconnect();
    await server.stop();
  });

  it('has no fault as the project sets it up, seen with the rights of the application', async () => {
    expect(await checkDurability(application, STRICT)).toEqual({ refused: [], allowed: [] });
  });

  it.each([
    ['appendonly', 'no', 'yes'],
    ['appendfsync', 'everysec', 'always'],
    ['maxmemory-policy', 'allkeys-lru', 'noeviction'],
  ])('is refused for %s %s, unless allowed by that name', async (setting, unsafe, needed) => {
    await operator.config('SET', setting, unsafe);
    try {
      const { refused } = await checkDurability(application, STRICT);
      expect(refused).toEqual([
        expect.objectContaining({
          name: setting,
          setting,
          found: unsafe,
          needed,
          node: `127.0.0.1:${server.port}`,
        }),
      ]);
      expect(refused[0]?.remedy).toContain(`"${setting} ${needed}"`);
      const tolerated = await checkDurability(application, { allow: [setting] });
      expect(tolerated).toEqual({ refused: [], allowed: refused });
      const otherName = await checkDurability(application, { allow: ['version'] });
      expect(otherName.refused).toHaveLength(1);
    } finally {
      await operator.config('SET', setting, needed);
    }
  });

  it('names all faults at once', async () => {
    await operator.config('SET', 'appendfsync', 'no');
    await operator.config('SET', 'maxmemory-policy', 'volatile-ttl');
    try {
      const { refused } = await checkDurability(application, { allow: ['appendfsync'] });
      expect(refused.map(({ name }) => name)).toEqual(['maxmemory-policy']);
    } finally {
      await operator.config('SET', 'appendfsync', 'always');
      await operator.config('SET', 'maxmemory-policy', 'noeviction');
    }
  });

  it('is refused when its settings cannot be read, unless that is allowed by name', async () => {
    await operator.call('ACL', 'SETUSER', 'managed', 'on', 'nopass', '~*', '+@all', '-config');
    const managed = new Redis(`redis://managed:any@127.0.0.1:${server.port}`);
    try {
      const { refused } = await checkDurability(managed, STRICT);
      expect(refused.map(({ name }) => name)).toEqual(['config-unreadable']);
      const tolerated = await checkDurability(managed, { allow: ['config-unreadable'] });
      expect(tolerated.refused).toEqual([]);
    } finally {
      managed.disconnect();
    }
  });

  it('is refused when its version cannot be read', async () => {
    await operator.call('ACL', 'SETUSER', 'blind', 'on', 'nopass', '~*', '+@all', '-info');
    const blind = new Redis(`redis://blind:any@127.0.0.1:${server.port}`, { enableReadyCheck: false });
    try {
      const { refused } = await checkDurability(blind, STRICT);
      expect(refused).toEqual([expect.objectContaining({ name: 'version', found: 'unreadable' })]);
    } finally {
      blind.disconnect();
    }
  });

  it('throws, and names no fault, when it does not answer', async () => {
    const hasty = new Redis(server.url, { commandTimeout: 200, maxRetriesPerRequest: 0 });
    hasty.on('error', () => {});
    await hasty.ping();
    server.pause();
    try {
      await expect(checkDurability(hasty, STRICT)).rejects.toThrow('Command timed out');
    } finally {
      server.resume();
      hasty.disconnect();
    }
  });
});

describe('versions', () => {
  /** The outside program is not here in these versions; only its two answers are read. */
  function answering(info: string): Redis {
    const safe: Record<string, string> = {
      appendonly: 'yes',
      appendfsync: 'always',
      'maxmemory-policy': 'noeviction',
    };
    const stand = {
      options: { path: '/a.sock' },
      info: async () => info,
      config: async (_: string, name: string) => [name, safe[name]],
    };
    return stand as unknown as Redis;
  }

  it.each([
    ['redis_version:6.2.14', ['version']],
    ['redis_version:7.0.0', []],
    ['redis_version:10.1.0', []],
    ['redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:7.2.5', ['version']],
    ['redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.0', []],
  ])('%j', async (info, errors) => {
    const { refused } = await checkDurability(answering(`# Server\r\n${info}\r\n`), STRICT);
    expect(refused.map(({ name }) => name)).toEqual(errors);
  });
});

describe('a cluster', () => {
  let servers: TestCluster;
  let cluster: Cluster;

  beforeAll(async () => {
    servers = await startRedisCluster();
    const login = { username: 'latchkey', password: 'any' };
    cluster = new Cluster(
      servers.nodes.map(({ host, port }) => ({ host, port })),
      { redisOptions: login },
    );
    await new Promise((resolve) => cluster.once('ready', resolve));
  });

  afterAll(async () => {
    cluster.disconnect();
    await servers.stop();
  });

  it('has no fault as the project sets it up', async () => {
    expect(await checkDurability(cluster, STRICT)).toEqual({ refused: [], allowed: [] });
  });

  it('is refused for one master that differs, which is named', async () => {
    const port = servers.nodes[2]?.port ?? 0;
    const operator = new Redis({ host: '127.0.0.1', port });
    await operator.config('SET', 'appendfsync', 'everysec');
    operator.disconnect();
    const { refused } = await checkDurability(cluster, STRICT);
    expect(refused).toEqual([expect.objectContaining({ name: 'appendfsync', node: `127.0.0.1:${port}` })]);
  });
});
