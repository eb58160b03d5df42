import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeviceClient } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { request } from '../support/http.ts';
import { startMailSink } from '../support/mail-sink.ts';
import { nodeEnvironment } from '../support/node-environment.ts';
import { startStandaloneRedis } from '../support/redis-standalone.ts';
import { startServer, untilReady } from '../support/test-server.ts';
import { randomId } from '../support/test-stores.ts';
import { PageClient } from '../web/page-client.ts';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'latchkey-process-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

/** Runs the server to its end, which comes at once where it refuses to start. */
function refusal(environment: Record<string, string>): { code: number | null; said: string } {
  const { status, stderr, stdout } = spawnSync(process.execPath, ['src/main.ts'], {
    env: {
      ...nodeEnvironment(),
      REDIS_URL: process.env['TEST_REDIS_URL'],
      REDIS_PREFIX: `t${randomId()}:`,
      DATA_DIR: dataDir,
      PORT: '0',
      ...environment,
    },
    timeout: 500_000,
    encoding: 'utf8',
  });
  return { code: status, said: stderr + stdout };
}

describe('the process', () => {
  it('names all faults of its settings at once, and no secret', () => {
    const { code, said } = refusal({
      NODE_ENV: 'production',
      ISSUER: 'http://example.org/path',
      PORT: 'many',
      SIGN_UP: 'maybe',
      LATCHKEY_SECRET: 'hunter2',
      REDIS_URL: '',
      BRAND_DIR: join(dataDir, 'no-brand'),
    });
    expect(code).toBe(1);
    for (const name of [
      'ISSUER',
      'PORT',
      'SIGN_UP',
      'REDIS_URL',
      'CLIENTS_FILE',
      'SMTP_URL',
      'LATCHKEY_SECRET',
      'TRUSTED_PROXIES',
      'BRAND_DIR',
    ]) {
      expect(said).toContain(name);
    }
    expect(said).not.toContain('hunter2');
    expect(said).not.toMatch(/^\s+at /m);
  });

  it('refuses to start on a Redis that would lose what it has confirmed, unless told to by name', async () => {
    const redis = await startStandaloneRedis(['--appendfsync', 'everysec']);
    try {
      const { code, said } = refusal({ REDIS_URL: redis.url });
      expect(code).toBe(1);
      expect(said).toContain('appendfsync');
      expect(said).toContain('ALLOW_UNSAFE_REDIS');
      const server = await startServer({ REDIS_URL: redis.url, ALLOW_UNSAFE_REDIS: 'appendfsync' });
      expect(await server.stop()).toBe(0);
    } finally {
      await redis.stop();
    }
  });

  it('refuses a bad client by name', async () => {
    const file = join(dataDir, 'clients.json');
    await writeFile(
      file,
      JSON.stringify([{ client_id: 'bad-tv', client_name: 'Bad', grant_types: ['password'] }]),
    );
    const { code, said } = refusal({ CLIENTS_FILE: file });
    expect(code).toBe(1);
    expect(said).toContain('bad-tv');
  });

  it('says in one line how to install Redis where there is none', async () => {
    const bin = join(dataDir, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'dnf'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const { code, said } = refusal({ PATH: bin, REDIS_URL: '' });
    expect(code).toBe(1);
    expect(said).toBe(
      'redis-server or valkey-server is needed and not installed. Install it with: sudo dnf install redis\n',
    );
  });

  it.each([
    ['a clients file that is not there', { CLIENTS_FILE: 'no-such-clients.json' }, 'CLIENTS_FILE'],
    ['a resources file that is not there', { RESOURCES_FILE: 'no-such-resources.json' }, 'RESOURCES_FILE'],
    ['a resources file with another’s content', { RESOURCES_FILE: 'clients.example.json' }, 'resource 1: '],
    ['a webhooks file that is not there', { WEBHOOKS_FILE: 'no-such-webhooks.json' }, 'WEBHOOKS_FILE'],
    ['a file of countries that is not there', { GEOIP_FILE: 'no-such.mmdb' }, 'GEOIP_FILE'],
    ['a folder of data that is a file', { REDIS_URL: '', DATA_DIR: 'package.json' }, 'package.json'],
    ['an address that is not of this machine', { HOST: '192.0.2.1' }, '192.0.2.1'],
  ])('names %s, without a stack trace', (_what, environment, named) => {
    const { code, said } = refusal(environment);
    expect(code).toBe(1);
    expect(said).toContain(named);
    expect(said).not.toMatch(/^\s+at /m);
  });

  it('starts while its mail server is down, says so and in one line what has started, and shows when it is back', async () => {
    const port = await freePort();
    const server = await startServer({ SMTP_URL: `smtp://127.0.0.1:${port}` });
    try {
      const ready = async () =>
        /^latchkey_mail_ready (.)$/m.exec(await (await request(`${server.issuer}/metrics`)).text())?.[1];
      await eventually('the trial', async () => (await ready()) === '0');
      // The log comes by a pipe: a line may be later than the answer that it is about.
      const said = (words: string) =>
        eventually(words, () =>
          server
            .output()
            .split('\n')
            .find((text) => text.includes(words)),
        );
      expect(JSON.parse(await said('the mail server cannot be used'))).toMatchObject({
        level: 'error',
        cause: expect.stringContaining('ECONNREFUSED'),
      });
      const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
      expect(JSON.parse(await said('"msg":"started"'))).toMatchObject({
        version,
        commit: expect.stringMatching(/^([0-9a-f]{40}|unknown)$/),
        node: process.version,
        clients: { sha: expect.stringMatching(/^[0-9a-f]{64}$/) },
        store: { kind: 'single', versions: [expect.stringMatching(/^(redis|valkey) \d/)] },
        issuer: server.issuer,
        signUp: 'open',
        settings: { SMTP_URL: 'set', LATCHKEY_SECRET: 'set', ISSUER: server.issuer },
        warnings: expect.arrayContaining([expect.stringContaining('passkeys')]),
      });
      const sink = await startMailSink(port);
      const form = { name: 'Ada', email: 'ada@example.org', password: 'nine lives of a cat' };
      await new PageClient(server.issuer).submit('/sign-up', '/sign-up', form);
      await eventually('a mail', async () => (await ready()) === '1');
      await sink.close();
    } finally {
      expect(await server.stop()).toBe(0);
    }
  });

  it('says what to do when the port is taken', async () => {
    const server = await startServer();
    const { code, said } = refusal({ PORT: new URL(server.issuer).port });
    expect(code).toBe(1);
    expect(said).toContain('set PORT');
    await server.stop();
  });

  it('keeps everything over a restart: the secret, the keys, and a device that refreshes', async () => {
    const port = String(await freePort());
    const environment = {
      REDIS_URL: '',
      REDIS_PREFIX: 'lk:',
      LATCHKEY_SECRET: '',
      DATA_DIR: dataDir,
      PORT: port,
    };
    const first = await startServer(environment);
    expect((await stat(join(dataDir, 'secret'))).mode & 0o777).toBe(0o600);
    const device = new DeviceClient(first.issuer, 'demo-device');
    const { body } = await device.authorize();
    const keys = await (await request(`${first.issuer}/jwks`)).text();
    expect(await first.stop()).toBe(0);
    const second = await startServer(environment);
    expect(await (await request(`${second.issuer}/jwks`)).text()).toBe(keys);
    expect((await device.poll(String(body['device_code']))).body['error']).toBe('authorization_pending');
    expect(await second.stop('SIGINT')).toBe(0);
  });

  it('on SIGTERM finishes a request that is under way, then ends with 0', async () => {
    const server = await startServer();
    const { port } = new URL(server.issuer);
    const body = 'client_id=demo-device&scope=openid';
    const socket = connect(Number(port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    // It says that it goes on once it has read the head (RFC 9110 section 10.1.1).
    socket.write(
      `POST /device/auth HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
    );
    while (!answer.includes('100 Continue')) await sleep(5);
    const stopped = server.stop('SIGTERM');
    while (!server.output().includes('Finishing')) await sleep(5);
    socket.write(body.slice(5));
    expect(await stopped).toBe(0);
    expect(answer).toContain('200 OK');
    expect(answer).toContain('device_code');
  });

  it('answers 503 while the store stands still, however long that lasts, and goes on afterwards', async () => {
    const redis = await startStandaloneRedis();
    const server = await startServer({ REDIS_URL: redis.url });
    const device = new DeviceClient(server.issuer, 'demo-device');
    try {
      const { body } = await device.authorize();
      redis.pause();
      const answers = await Promise.all([
        device.authorize(),
        device.poll(String(body['device_code'])),
        device.refresh('anything'),
        device.revoke('anything'),
      ]);
      for (const { status, body: error, headers } of answers) {
        expect({ status, error: error['error'] }).toEqual({ status: 503, error: 'temporarily_unavailable' });
        expect(headers.get('retry-after')).toBe('1');
      }
      expect((await request(`${server.issuer}/readyz`)).status).toBe(503);
      expect((await request(`${server.issuer}/healthz`)).status).toBe(200);
      redis.resume();
      await untilReady(server);
      expect((await device.authorize()).status).toBe(200);
    } finally {
      redis.resume();
      await server.stop();
      await redis.stop();
    }
  });
});
