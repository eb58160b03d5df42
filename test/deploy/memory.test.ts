/** What operators pay for memory, with the settings of the image, of the service and of `redis.conf`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf, linkDevice } from '../support/linked-device.ts';
import { startStandaloneRedis } from '../support/redis-standalone.ts';
import { testProtocol } from '../support/test-protocol.ts';
import { startServer } from '../support/test-server.ts';
import { signedInOwner } from '../support/test-stores.ts';

const ROOT = join(import.meta.dirname, '../..');
const MEGABYTE = 1e6;
const CODES = 20;
/** Young objects, how much garbage may lie among old ones, and threads of V8 beside the one that answers. */
const FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=50', '--v8-pool-size=1'];
const SCOPE = 'openid offline_access';

/** As a file for deployment sets it. */
function arenasIn(file: string): string | undefined {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return /^(?:ENV |Environment=)MALLOC_ARENA_MAX=(\d+)$/m.exec(text)?.[1];
}

/** As a program is started by that file. */
function flagsIn(file: string): string[] {
  return readFileSync(join(ROOT, file), 'utf8').match(/--[a-z0-9-]+-(?:size|percent)=\d+/g) ?? [];
}

/** Of a process, see proc(5). */
function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

describe('an operator with little memory', () => {
  it('has an idle server below 130 MB, in the image and as a service', async () => {
    const [image, service] = [arenasIn('Dockerfile'), arenasIn('deploy/latchkey.service')];
    expect([image, service]).toEqual(['1', '1']);
    // What it takes under load: `npm run bench` measures that with the same.
    for (const file of ['Dockerfile', 'deploy/latchkey.service', 'bench/side.ts'])
      expect(flagsIn(file)).toEqual(FLAGS);
    const server = await startServer({ MALLOC_ARENA_MAX: `${image}`, NODE_COMPILE_CACHE: '' }, [
      process.execPath,
      ...FLAGS,
      'src/main.ts',
    ]);
    try {
      expect(residentBytes(server.pid) / MEGABYTE).toBeLessThan(130);
    } finally {
      await server.stop();
    }
  });

  it('pays for a linked device with its access token less than 2 KB of Redis, and for a pending code with its places in all counts less than 1.2 KB', async () => {
    const redis = await startStandaloneRedis();
    const on = await testProtocol({ url: redis.url });
    try {
      const { browser } = await signedInOwner(on.stores);
      // With the first device the account’s own keys begin.
      await linkDevice(on, browser);
      const before = await usage(on);
      await linkDevice(on, browser);
      const linked = await usage(on);
      expect(linked.lasting - before.lasting).toBeLessThan(2048);
      const ask = async () =>
        void codesOf(await new DeviceClient(on.issuer, 'tv').authorize({ scope: SCOPE }));
      for (let count = 0; count < CODES; count += 1) await ask();
      expect(((await usage(on)).codes - linked.codes) / CODES).toBeLessThan(1200);
    } finally {
      await on.close();
      await redis.stop();
    }
  });
});

/** Bytes of what is kept for devices, and for codes with their places in the sets that count them. */
async function usage({ stores }: Awaited<ReturnType<typeof testProtocol>>): Promise<{
  lasting: number;
  codes: number;
}> {
  const { redis } = stores.connection;
  const sums = { lasting: 0, codes: 0 };
  for (const key of await redis.keys(`${stores.prefix}*`)) {
    const bytes = Number(await redis.memory('USAGE', key, 'SAMPLES', 0));
    if (/:grants$|:access-token:/.test(key)) sums.lasting += bytes;
    if (/DeviceCode:|\{live\}:/.test(key)) sums.codes += bytes;
  }
  return sums;
}
