import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { DeviceClient, Tokens } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { Installation } from '../support/installation.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { type OwnerBrowser, Unavailable } from '../support/owner-browser.ts';
import { startStandaloneRedis } from '../support/redis-standalone.ts';

/** How a Redis comes to refuse, and how its operator mends it. */
interface Refusal {
  name: string;
  readiness: string;
  /** @param dataDir where its files are */
  begin(redis: Redis, dataDir: string): Promise<unknown>;
  mend(redis: Redis): Promise<unknown>;
}

const REFUSALS: Refusal[] = [
  {
    name: 'its memory is full (OOM)',
    readiness: 'store-read-only',
    begin: (redis) => redis.config('SET', 'maxmemory', '1mb'),
    mend: (redis) => redis.config('SET', 'maxmemory', '0'),
  },
  {
    name: 'it has become a replica (READONLY)',
    readiness: 'store-read-only',
    begin: (redis) => redis.replicaof('127.0.0.1', 1),
    mend: (redis) => redis.replicaof('NO', 'ONE'),
  },
  {
    name: 'it is a replica that has lost its master (MASTERDOWN)',
    readiness: 'store-read-only',
    begin: async (redis) => {
      await redis.config('SET', 'replica-serve-stale-data', 'no');
      await redis.replicaof('127.0.0.1', 1);
    },
    mend: async (redis) => {
      await redis.replicaof('NO', 'ONE');
      await redis.config('SET', 'replica-serve-stale-data', 'yes');
    },
  },
  {
    name: 'too few replicas hear it (NOREPLICAS)',
    readiness: 'store-read-only',
    begin: (redis) => redis.config('SET', 'min-replicas-to-write', '1'),
    mend: (redis) => redis.config('SET', 'min-replicas-to-write', '0'),
  },
  {
    name: 'its disk has failed (MISCONF)',
    readiness: 'store-read-only',
    begin: async (redis, dataDir) => {
      await mkdir(join(dataDir, 'a-folder'));
      await redis.config('SET', 'save', '3600 1');
      await redis.config('SET', 'dbfilename', 'a-folder');
      await redis.bgsave();
      await until(async () => (await redis.info('persistence')).includes('rdb_last_bgsave_status:err'));
    },
    mend: async (redis) => {
      await redis.config('SET', 'dbfilename', 'dump.rdb');
      await redis.config('SET', 'save', '');
    },
  },
  {
    name: 'another program’s script never ends (BUSY)',
    readiness: 'store-down',
    begin: async (redis) => {
      await redis.config('SET', 'busy-reply-threshold', '50');
      const endless = redis.duplicate();
      endless.eval('while true do end', 0).catch(() => endless.disconnect());
      await until(() =>
        redis.get('a').then(
          () => false,
          () => true,
        ),
      );
    },
    mend: (redis) => redis.call('SCRIPT', 'KILL'),
  },
  {
    name: 'it takes no more connections, after it has closed those there were',
    readiness: 'store-down',
    begin: async (redis) => {
      await redis.config('SET', 'maxclients', '1');
      await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    },
    mend: (redis) => redis.config('SET', 'maxclients', '1000'),
  },
  {
    name: 'the application’s user has lost its rights (NOPERM)',
    readiness: 'store-read-only',
    begin: (redis) => redis.call('ACL', 'SETUSER', 'latchkey', '-@write', '-eval', '-evalsha'),
    // As redis.conf has it: without what tells how the store is set up, it would pass for unsafe.
    mend: (redis) =>
      redis.call(
        'ACL',
        'SETUSER',
        'latchkey',
        '+@write',
        '+eval',
        '+evalsha',
        '-@dangerous',
        '+info',
        '+config|get',
        '+role',
      ),
  },
];

describe('a Redis that answers and refuses', () => {
  let installation: Installation;
  let operator: Redis;
  let owner: OwnerBrowser;
  let device: DeviceClient;
  let tokens: Tokens;

  beforeAll(async () => {
    const redis = await startStandaloneRedis(['--enable-protected-configs', 'yes']);
    installation = await Installation.start({ redis });
    operator = new Redis(redis.url);
    device = installation.device();
    owner = await installation.owner();
  });
  beforeEach(async () => {
    const { deviceCode, userCode } = codesOf(await device.authorize());
    await owner.decide(userCode, 'approve');
    tokens = tokensOf(await device.poll(deviceCode));
  });
  afterAll(async () => {
    operator?.disconnect();
    await installation?.stop();
  });

  const ready = async () => {
    const answer = await request(`${installation.server.issuer}/readyz`);
    return ((await answer.json()) as { status: string }).status;
  };

  /** 503 or the truth, while it refuses. */
  async function expectNothingClaimed(): Promise<void> {
    const [asked, refreshed, active] = await Promise.all([
      device.authorize(),
      device.refresh(tokens.refresh_token),
      device.userinfo(tokens.access_token),
    ]);
    for (const { status, body, headers } of [asked, refreshed]) {
      expect({ status, error: body['error'] }).toEqual({ status: 503, error: 'temporarily_unavailable' });
      expect(headers.get('retry-after')).toBe('1');
    }
    expect([200, 503]).toContain(active.status);
    await expect(owner.decide('BCDFGHJK', 'approve')).rejects.toBeInstanceOf(Unavailable);
  }

  it.each(REFUSALS)(
    'because $name: 503, nothing is claimed, and all is well when it is mended',
    async (one) => {
      await one.begin(operator, installation.redis.dataDir);
      try {
        await expectNothingClaimed();
        expect(await ready()).toBe(one.readiness);
        expect((await request(`${installation.server.issuer}/healthz`)).status).toBe(200);
        const revoked = (await device.revoke(tokens.refresh_token)).status;
        expect([200, 503]).toContain(revoked);
        await one.mend(operator);
        await until(async () => (await ready()) === 'ready');
        expect(await device.isActive(tokens.access_token)).toBe(revoked === 503);
        expect((await device.refresh(tokens.refresh_token)).status).toBe(revoked === 503 ? 200 : 400);
      } finally {
        await one.mend(operator).catch(() => {});
        await until(async () => (await ready()) === 'ready');
      }
    },
  );
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
