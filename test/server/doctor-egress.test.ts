/** An operator whose firewall lets nothing out hears of it from one command, before the receivers are missed. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Egress } from '../../src/net/egress.ts';
import { examineEgress } from '../../src/server/doctor-egress.ts';
import { operator } from '../cli/operator-process.ts';
import { freePort } from '../support/free-port.ts';
import { makeAuthority } from '../support/test-certificates.ts';
import { randomId } from '../support/test-stores.ts';
import { webhookKey } from '../support/webhook-listener.ts';
import { startWholeServer } from '../support/whole-server.ts';

let folder: string;
/** Takes connections, and notes what is said on them. */
let listener: Server;
let secured: Server;
let said = '';
let connections = 0;
const portOf = (server: Server) => (server.address() as AddressInfo).port;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-egress-'));
  const { certificate, key } = await makeAuthority(folder, 'receiver.example');
  listener = createServer((socket) => {
    connections += 1;
    socket
      .on('error', () => undefined)
      .on('data', (data) => {
        said += data;
      });
  });
  secured = createHttpsServer({ cert: await readFile(certificate), key: await readFile(key) });
  for (const server of [listener, secured])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  for (const server of [listener, secured]) server?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('latchkey doctor, of what a server calls', () => {
  it('tells what is reached, what is not, and what is never called, without the path', async () => {
    const names: Record<string, string> = { 'here.example': '127.0.0.1', 'inside.example': '10.0.0.1' };
    const resolve = async (host: string) => [{ address: names[host] ?? '', family: 4 }];
    const egress = new Egress({ allow: ['127.0.0.1'], httpsOnly: false }, resolve);
    const [port, closed] = [portOf(listener), await freePort()];
    const found = await examineEgress(
      [
        { name: 'one', url: `http://here.example:${port}/hunter2` },
        { name: 'two', url: `http://here.example:${port}/other` },
        { name: 'three', url: `http://127.0.0.1:${closed}/hunter2` },
        { name: 'four', url: 'https://inside.example/hunter2' },
        { name: 'five', url: `https://here.example:${portOf(secured)}/hunter2` },
        { name: 'six', url: `http://localhost:${port}/hunter2`, isConfigured: true },
      ],
      egress,
    );
    const waits = 'what it would hear waits';
    expect(found.map(({ state, message }) => [state, message])).toEqual([
      ['ok', `one (http://here.example:${port}) is reached`],
      ['ok', `two (http://here.example:${port}) is reached`],
      [
        'warning',
        `three (http://127.0.0.1:${closed}) cannot be reached from this machine (ECONNREFUSED): ${waits}`,
      ],
      [
        'fault',
        'four (https://inside.example) is not called: inside.example is not a public address; EGRESS_ALLOW names addresses of your own network',
      ],
      [
        'warning',
        `five (https://here.example:${portOf(secured)}) cannot be reached from this machine (DEPTH_ZERO_SELF_SIGNED_CERT): ${waits}`,
      ],
      ['ok', `six (http://localhost:${port}) is reached`],
    ]);
    // The first two are one host.
    expect([connections, said]).toEqual([2, '']);
  });

  it('looks at receivers of webhooks, apps that hear of sign-outs, the gateway of texts and pushed streams', async () => {
    const origin = `http://127.0.0.1:${portOf(listener)}`;
    const app = {
      client_id: 'app',
      client_name: 'App',
      redirect_uris: ['https://app.example/back'],
      token_endpoint_auth_method: 'none',
      backchannel_logout_uri: `${origin}/logout`,
    };
    await using server = await startWholeServer(
      { SHARED_SIGNALS: 'on', SMS_WEBHOOK_URL: `${origin}/texts` },
      ['the-secret-of-this-server-0123456789abcdef'],
      { clients: [app], webhooks: [{ id: 'maker', url: `${origin}/hooks`, secrets: [webhookKey()] }] },
    );
    const delivery = { method: 'push', url: `${origin}/events` } as const;
    const stream = { clientId: 'app', id: randomId(), delivery, status: 'enabled' } as const;
    await server.stores.signalStreams.write(stream);
    const { json } = await operator(server.environment, 'doctor', '--json');
    const findings = json['findings'] as { check: string; state: string; message: string }[];
    expect(findings.filter(({ check }) => check === 'egress').map(({ message }) => message)).toEqual([
      `webhook receiver maker (${origin}) is reached`,
      `logout of app (${origin}) is reached`,
      `SMS_WEBHOOK_URL (${origin}) is reached`,
      `stream of app (${origin}) is reached`,
    ]);
    expect(said).toBe('');
  });
});
