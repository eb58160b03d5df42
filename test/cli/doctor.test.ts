/** An operator for whom something does not work asks one command, and hears what and why. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config/config.ts';
import { examine } from '../../src/server/doctor.ts';
import { freePort } from '../support/free-port.ts';
import { startMailSink } from '../support/mail-sink.ts';
import { startStandaloneRedis } from '../support/redis-standalone.ts';
import { testRedisUrl } from '../support/test-stores.ts';
import { operator } from './operator-process.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end();
});

const at = (environment: Record<string, string>, now?: () => number) => {
  const { config } = readConfig(environment);
  return examine({ ...config, redisUrl: config.redisUrl ?? '' }, now);
};
const badOf = (findings: readonly { state: string }[]) => findings.filter(({ state }) => state !== 'ok');

async function sink() {
  const started = await startMailSink();
  cleanUp.push(() => started.close());
  return started;
}

describe('latchkey --version', () => {
  it('says which it is', async () => {
    const said = (await operator({}, '--version')).stdout;
    expect(said).toMatch(/^\d+\.\d+\.\d+, commit ([0-9a-f]{40}|unknown), Node\.js v24\.\d+\.\d+\n$/);
    const [, version, commit, node] = /^(.+), commit (.+), Node\.js (.+)\n$/.exec(said) ?? [];
    expect((await operator({}, '--version', '--json')).json).toEqual({ version, commit, node });
  });
});

describe('latchkey doctor', () => {
  it('ends with 0 where all is well, and says of each what it has seen', async () => {
    const environment = { REDIS_URL: testRedisUrl(), SMTP_URL: (await sink()).url };
    const { code, stdout } = await operator(environment, 'doctor');
    expect(stdout.split('\n').map((line) => line.split(/ +/, 2).join(' '))).toEqual([
      'ok settings',
      'ok files',
      'ok redis',
      'ok redis-safety',
      'ok clock',
      'ok mail',
      '',
    ]);
    expect(code).toBe(0);
  });

  it('ends with 1 where there is something to look at', async () => {
    const environment = { REDIS_URL: testRedisUrl(), ISSUER: 'http://127.0.0.1:3000' };
    const { code, json } = await operator(environment, 'doctor', '--json');
    expect([code, json['outcome']]).toEqual([1, 'warning']);
    expect(json['findings']).toContainEqual({
      check: 'settings',
      state: 'warning',
      message: 'ISSUER: passkeys need a name, and cannot be used at an address of numbers',
    });
  });

  it('ends with 2 where settings are refused, and names each', async () => {
    const { code, json } = await operator({ PORT: 'many', MAIL_FORM: 'x' }, 'doctor', '--json');
    expect([code, json['outcome']]).toEqual([2, 'fault']);
    expect(json['findings']).toEqual([
      { check: 'settings', state: 'fault', message: 'PORT: write a whole number from 0 to 65535' },
      expect.objectContaining({
        message: expect.stringContaining('MAIL_FORM: is no setting; write MAIL_FROM'),
      }),
    ]);
  });

  it('names a store and a mail server that cannot be reached, without their passwords', async () => {
    const [redis, mail] = [await freePort(), await freePort()];
    const found = await at({
      REDIS_URL: `redis://u:hunter2@127.0.0.1:${redis}`,
      SMTP_URL: `smtp://u:hunter2@127.0.0.1:${mail}`,
    });
    expect(badOf(found)).toEqual([
      {
        check: 'redis',
        state: 'fault',
        message: expect.stringMatching(`^redis://127.0.0.1:${redis} cannot be used: .*ECONNREFUSED`),
      },
      {
        check: 'mail',
        state: 'fault',
        message: expect.stringMatching(`^127.0.0.1:${mail} cannot be used: .*ECONNREFUSED`),
      },
    ]);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  it('names a Redis that would lose what it has confirmed, also where that is allowed', async () => {
    const redis = await startStandaloneRedis(['--appendfsync', 'everysec']);
    cleanUp.push(() => redis.stop());
    const message = expect.stringContaining('appendfsync');
    expect(badOf(await at({ REDIS_URL: redis.url }))).toEqual([
      { check: 'redis-safety', state: 'fault', message },
    ]);
    const allowed = await at({ REDIS_URL: redis.url, ALLOW_UNSAFE_REDIS: 'appendfsync' });
    expect(badOf(allowed)).toEqual([{ check: 'redis-safety', state: 'warning', message }]);
  });

  // Far enough apart that how long an answer takes is nothing beside it.
  it.each([
    [20, 'warning', /^the clock of Redis is \d+ s behind that of this machine: set both by NTP$/],
    [-600, 'fault', /^the clock of Redis is \d+ s ahead of that of this machine: set both by NTP$/],
  ])('names clocks that are %i s apart, on each master of a Cluster', async (seconds, state, message) => {
    for (const cluster of [false, true]) {
      const found = await at({ REDIS_URL: testRedisUrl(cluster) }, () => Date.now() + seconds * 1000);
      expect(badOf(found)).toEqual([{ check: 'clock', state, message: expect.stringMatching(message) }]);
    }
  });
});
