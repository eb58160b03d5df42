import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVER_SECRET, startServer } from '../support/test-server.ts';
import { randomId, signedInOwner, type TestStores, testStores } from '../support/test-stores.ts';
import { WebhookListener } from '../support/webhook-listener.ts';
import { PageClient } from '../web/page-client.ts';

let listener: WebhookListener;
let stores: TestStores;
let folder: string;
let environment: Record<string, string>;
beforeAll(async () => {
  listener = await WebhookListener.start();
  folder = mkdtempSync(join(tmpdir(), 'latchkey-webhooks-'));
  const prefix = `t${randomId()}:`;
  stores = await testStores({ prefix, secrets: [SERVER_SECRET] });
  const file = join(folder, 'webhooks.json');
  writeFileSync(file, JSON.stringify([listener.receiver('hangs'), listener.receiver('maker')]));
  environment = { WEBHOOKS_FILE: file, REDIS_PREFIX: prefix };
});
afterAll(async () => {
  await stores.connection.close();
  await listener.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a server that is killed between a change and the maker’s backend', () => {
  it('leaves it to the next one: the backend hears of each, though another receiver hangs', async () => {
    listener.answers = { hangs: 'never', maker: 'never' };
    const first = await startServer(environment);
    const accounts: string[] = [];
    const signOut = async () => {
      const { accountId, browser } = await signedInOwner(stores);
      const pages = new PageClient(first.issuer);
      pages.cookies.set('latchkey_session', browser.sessionId);
      expect((await pages.submit('/account', '/sign-out', {})).status).toBe(303);
      accounts.push(accountId);
    };
    for (let count = 0; count < 3; count += 1) await signOut();
    // Two are under way, one is queued; the last is hardly written.
    await listener.asked('maker', 2);
    await signOut();
    await first.stop('SIGKILL');
    listener.answers = { hangs: 'never' };
    const next = await startServer({ ...environment, PORT: new URL(first.issuer).port });
    try {
      await reachHeld();
      const taken = await listener.taken('maker', 4);
      expect(taken.map(({ data }) => data['account']).sort()).toEqual(accounts.sort());
      expect(new Set(taken.map(({ type }) => type))).toEqual(new Set(['session.ended']));
      const again = listener.heard.filter(({ path }) => path === 'maker');
      expect(new Set(again.map(({ headers }) => headers['webhook-id'])).size).toBe(4);
    } finally {
      await next.stop();
    }
  });
});

/** What the dead server holds is another's, as it is a minute later. */
async function reachHeld(): Promise<void> {
  const due = `${stores.prefix}{notices:webhook.maker}:due`;
  const { redis } = stores.connection;
  for (const id of await redis.zrange(due, '0', '-1')) await redis.zadd(due, '0', id);
}
