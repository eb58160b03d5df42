import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { newGrantId } from '../redis/contract/grants.ts';
import { newStream } from '../redis/signal-changes.ts';
import { receiverClient } from '../signals/signals-world.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { SERVER_SECRET, startServer } from '../support/test-server.ts';
import { randomId, signedInOwner, type TestStores, testStores } from '../support/test-stores.ts';
import { PageClient } from '../web/page-client.ts';

const DAY = 86_400_000;
let receiver: Server;
let hangs = true;
/** `jti` and account of each that was pushed, and whether it was taken. */
const pushed: { jti: string; account: unknown; taken: boolean }[] = [];
let stores: TestStores;
let folder: string;
beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    const { jti = '', sub_id: subject } = decodeJwt<{ sub_id: { sub: string } }>(await text(request));
    pushed.push({ jti, account: subject.sub, taken: !hangs });
    if (!hangs) response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  stores = await testStores({ prefix: `t${randomId()}:`, secrets: [SERVER_SECRET] });
  folder = mkdtempSync(join(tmpdir(), 'latchkey-signals-'));
});
afterAll(async () => {
  await stores.connection.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

it('a server that is killed leaves what happened to the next one: its receiver hears of each', async () => {
  const port = `${await freePort()}`;
  const issuer = `http://127.0.0.1:${port}`;
  const file = join(folder, 'clients.json');
  const clients = [
    { client_id: 'tv', client_name: 'Telly' },
    receiverClient(issuer, 'maker', { hears_of: ['tv'] }),
  ];
  writeFileSync(file, JSON.stringify(clients));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const stream = { ...newStream('maker'), delivery: { method: 'push', url } as const };
  expect(await stores.signalStreams.write(stream)).toBe('written');
  const environment = {
    ...{ SHARED_SIGNALS: 'on', CLIENTS_FILE: file, PORT: port, ISSUER: issuer },
    ...{ EGRESS_ALLOW: '127.0.0.0/8', REDIS_PREFIX: stores.prefix },
  };
  const first = await startServer(environment);
  const accounts: string[] = [];
  const signOutEverything = async () => {
    const { accountId, browser } = await signedInOwner(stores);
    const grantId = newGrantId(accountId);
    const device = { clientId: 'tv' };
    await stores.grants.write(grantId, device, { lifetime: DAY, waiting: DAY });
    expect(await stores.grants.activate(grantId, device)).toBeDefined();
    const pages = new PageClient(issuer);
    pages.cookies.set('latchkey_session', browser.sessionId);
    const path = '/account/security/compromised';
    expect((await pages.submit(path, path, {})).status).toBe(303);
    accounts.push(accountId);
  };
  for (let count = 0; count < 3; count += 1) await signOutEverything();
  // Two are under way, one is queued; the last is hardly written.
  await eventually('two that are under way', () => pushed.length >= 2);
  await signOutEverything();
  await first.stop('SIGKILL');
  hangs = false;
  const next = await startServer(environment);
  try {
    const due = `${stores.prefix}{notices:ssf.${stream.id}}:due`;
    const { redis } = stores.connection;
    // What the dead server holds is another's, as it is a minute later.
    for (const id of await redis.zrange(due, '0', '-1')) await redis.zadd(due, '0', id);
    const taken = () => pushed.filter((one) => one.taken);
    await eventually('all four', () => new Set(taken().map(({ account }) => account)).size === 4);
    expect([...new Set(taken().map(({ account }) => account))].sort()).toEqual(accounts.sort());
    expect(new Set(pushed.map(({ jti }) => jti)).size).toBe(4);
  } finally {
    await next.stop();
  }
});
