/** Engineers who put Debian's proxies in front, with the files of `deploy/`, word for word. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { type MailSink, startMailSink } from '../support/mail-sink.ts';
import { startInProduction } from '../support/phishing.ts';
import { makeAuthority, makeCertificate } from '../support/test-certificates.ts';
import { type TestServer, untilReady } from '../support/test-server.ts';
import { randomId } from '../support/test-stores.ts';
import { ask, HOST } from './client.ts';
import { KINDS, type RunningProxy, run, startProxy } from './proxies.ts';

/** The client has an address of its own; the log tells the network. */
const CLIENT = '127.9.9.9';
const CLIENT_NETWORK = '127.9.9.0/24';
const REQUESTS = 1000;
/** Each proxy is asked for a page of its own, so that the log of a server tells which of them sends it requests. */
const PAGES: Readonly<Record<string, string>> = {
  nginx: '/sign-in',
  haproxy: '/sign-up',
  caddy: '/forgot-password',
};

let folder: string;
let ca: string;
let sink: MailSink;
let ports: [number, number];
let servers: [TestServer, TestServer];
const proxies = new Map<string, RunningProxy>();
const prefix = `t${randomId()}:`;

function startAt(port: number): Promise<TestServer> {
  return startInProduction(sink, {
    ISSUER: `https://${HOST}`,
    PORT: String(port),
    REDIS_PREFIX: prefix,
    TRUSTED_PROXIES: '127.0.0.1',
    LIVE_CODES_PER_NETWORK: '1000000',
    CODES_PER_MINUTE: '1000000',
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-proxies-'));
  const authority = await makeAuthority(folder, 'authority');
  const { certificate, key } = await makeCertificate(folder, 'server', authority, [`DNS:${HOST}`]);
  const [chain, secret] = await Promise.all([readFile(certificate, 'utf8'), readFile(key, 'utf8')]);
  ca = await readFile(authority.certificate, 'utf8');
  await writeFile(join(folder, 'fullchain.pem'), chain);
  await writeFile(join(folder, 'key.pem'), secret);
  await writeFile(join(folder, 'latchkey.pem'), chain + secret);
  sink = await startMailSink();
  ports = [await freePort(), await freePort()];
  servers = [await startAt(ports[0]), await startAt(ports[1])];
  for (const kind of KINDS) proxies.set(kind.name, await startProxy(kind, folder, ports));
});

afterAll(async () => {
  await Promise.all([...proxies.values()].map((proxy) => proxy.stop()));
  await Promise.all(servers.map((server) => server.stop()));
  await sink.close();
  await rm(folder, { recursive: true, force: true });
});

/** The network from which a code was asked for, by the security log of the server that gave it. */
async function networkOfCode(asked: () => Promise<unknown>): Promise<string | undefined> {
  const before = servers.map((server) => server.output().length);
  await asked();
  const line = await eventually('the line of the code', () =>
    servers
      .flatMap((server, n) => server.output().slice(before[n]).split('\n').slice(0, -1))
      .find((one) => one.includes('"device-code-issued"')),
  );
  return (JSON.parse(line) as { network?: string }).network;
}

const proxyOf = (name: string) => {
  const proxy = proxies.get(name);
  if (!proxy) throw new Error(`${name} does not run`);
  return proxy;
};

const CODE = { client_id: 'tv', scope: 'openid' };

describe.each(KINDS.map(({ name }) => name))('behind %s', (name) => {
  it('a device hears of the one address that the server has', async () => {
    const { status, body } = await ask({
      port: proxyOf(name).https,
      ca,
      path: '/.well-known/openid-configuration',
    });
    expect([status, JSON.parse(body)]).toEqual([200, expect.objectContaining({ issuer: `https://${HOST}` })]);
  });

  it('a client that makes up where it comes from is known by its own address', async () => {
    const headers = {
      'x-forwarded-for': '203.0.113.9',
      forwarded: 'for=203.0.113.9',
      'x-real-ip': '203.0.113.9',
    };
    const seen = await networkOfCode(async () => {
      const { status } = await ask({
        port: proxyOf(name).https,
        ca,
        from: CLIENT,
        headers,
        path: '/device/auth',
        form: CODE,
      });
      expect(status).toBe(200);
    });
    expect(seen).toBe(CLIENT_NETWORK);
  });

  it('a client that makes up a host hears nothing of it', async () => {
    const { body, location } = await ask({
      port: proxyOf(name).https,
      ca,
      headers: { host: 'evil.example' },
      path: '/device',
    });
    expect(body + location).not.toContain('evil.example');
    const { http } = proxyOf(name);
    const redirected = await ask({ port: http, headers: { host: 'evil.example' }, path: '/device' });
    expect(redirected.body + redirected.location).not.toContain('evil.example');
  });

  it('a page over http is led on to https; a device that sends its code or key over http hears an error', async () => {
    const { http } = proxyOf(name);
    expect(await ask({ port: http, path: '/device?user_code=A' })).toMatchObject({
      status: 301,
      location: `https://${HOST}/device?user_code=A`,
    });
    for (const path of ['/device/auth', '/token'])
      expect((await ask({ port: http, path, form: CODE })).status).toBe(403);
    expect((await ask({ port: http, path: '/me' })).status).toBe(403);
  });

  it('figures are not shown to the world', async () => {
    const { status, body } = await ask({ port: proxyOf(name).https, ca, path: '/metrics' });
    expect([status, body]).toEqual([404, expect.not.stringContaining('latchkey_')]);
  });

  it('what an operator may do is hidden from other networks, before any server is asked', async () => {
    const { https: port } = proxyOf(name);
    for (const path of [
      '/admin',
      '/admin/',
      '/admin/v1/accounts',
      '/admin/../admin/v1/accounts',
      '/%61dmin',
    ]) {
      const { status, requestId } = await ask({ port, ca, from: CLIENT, path });
      expect([path, status, requestId]).toEqual([path, 404, undefined]);
    }
    // An answer of a server has the id that is in its log, for an owner or operator who asks for help.
    const line = `"requestId":"${(await ask({ port, ca, path: '/admin/v1/accounts' })).requestId}"`;
    await eventually('its line', () => servers.some((server) => server.output().includes(line)));
  });
});

it('two proxies in a row: the client is known by its own address all the same', async () => {
  const [port, http] = [await freePort(), proxyOf('nginx').https];
  const config = join(folder, 'outer.cfg');
  await writeFile(
    config,
    `defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
frontend outer
  bind 127.0.0.1:${port} ssl crt ${folder}/latchkey.pem
  option forwardfor
  default_backend inner
backend inner
  server nginx 127.0.0.1:${http} ssl verify none sni str(${HOST})
`,
  );
  const outer = await run('outer proxy', 'haproxy', ['-db', '-f', config], folder, port);
  try {
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    const seen = await networkOfCode(() =>
      ask({ port, ca, from: CLIENT, headers, path: '/device/auth', form: CODE }),
    );
    expect(seen).toBe(CLIENT_NETWORK);
  } finally {
    await outer.stop();
  }
});

/** Of many requests at once with a body: where Caddy's `round_robin` meets a server that is down, some find none. */
async function statusesOfMany(port: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const question = { port, ca, agent, path: '/healthz', form: CODE };
  const statuses = await Promise.all(Array.from({ length: 3000 }, async () => (await ask(question)).status));
  agent.destroy();
  return [...new Set(statuses)];
}

it('two servers that are restarted one after the other lose none of 1,000 requests behind each of the proxies', async () => {
  let restarted = false;
  const lost: string[] = [];
  const answered = new Map<string, number>();
  const load = [...proxies.values()].map(async ({ name, https }) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    const asked = await ask({ port: https, ca, agent, path: '/device/auth', form: CODE });
    const poll = {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      client_id: 'tv',
      device_code: String((JSON.parse(asked.body) as { device_code: string }).device_code),
    };
    const one = async () => {
      for (let count = 0; !restarted || count < REQUESTS / 2; count += 1) {
        const question = count % 2 === 0 ? { path: '/token', form: poll } : { path: PAGES[name] ?? '' };
        const { status, body } = await ask({ port: https, ca, agent, ...question }).catch((error: Error) => ({
          status: error.message,
          body: '',
        }));
        if (status === 200 || status === 400) answered.set(name, (answered.get(name) ?? 0) + 1);
        else lost.push(`${name} ${question.path}: ${status} ${body}`);
      }
    };
    await Promise.all([one(), one()]);
    agent.destroy();
  });
  try {
    for (const n of [0, 1] as const) {
      expect(await servers[n].stop()).toBe(0);
      if (n === 0) expect(await statusesOfMany(proxyOf('caddy').https)).toEqual([405]);
      servers[n] = await startAt(ports[n]);
      await untilReady(servers[n]);
      for (const page of Object.values(PAGES))
        await eventually(`a request for ${page}`, () => servers[n].output().includes(`"route":"${page}"`));
    }
  } finally {
    restarted = true;
    await Promise.all(load);
  }
  expect(lost).toEqual([]);
  expect([...answered.keys()].sort()).toEqual(KINDS.map(({ name }) => name).sort());
  expect(Math.min(...answered.values())).toBeGreaterThanOrEqual(REQUESTS);
});
