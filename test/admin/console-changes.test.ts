/** Operators who change something: with a proof that is too old, and of clients. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsoleSessions } from '../../src/admin/console-sessions.ts';
import { sessionOf } from '../support/aged-proof.ts';
import { PASSWORD, type WholeServer } from '../support/whole-server.ts';
import { consoleServer, followed, type OperatorOf, operatorOf, signedInOperator } from './console-world.ts';

let server: WholeServer;
let owner: OperatorOf;
beforeAll(async () => {
  server = await consoleServer();
  owner = await signedInOperator(server, 'owner');
});
afterAll(() => server.close());

const MINUTE = 60_000;

/** As if the last proof for the console had been ten minutes ago. */
async function withStaleProof({ pages }: OperatorOf): Promise<void> {
  const { stores } = server;
  const browser = await stores.browsers.resume(sessionOf(pages));
  if (!browser) throw new Error('nobody is signed in');
  const session = await new ConsoleSessions(stores.records, () => Date.now() - 10 * MINUTE).begin(browser);
  pages.cookies.set('latchkey_admin', session.id);
}

describe('a change with a proof that is too old', () => {
  it('waits for a new one, and is made with it once', async () => {
    const touched = await operatorOf(server);
    const operator = await signedInOperator(server, 'manager');
    await withStaleProof(operator);
    const { pages, app } = operator;
    const path = `/admin/accounts/${touched.id}`;
    const isDisabled = async () => (await pages.get(path)).text.includes(`action="${path}/enable"`);
    const csrf = (await pages.get(path)).field('csrf');
    const asked = await followed(pages, await pages.postAlone(`${path}/disable`, { csrf }));
    expect(asked.text).toContain('Before you administer this server');
    expect(await isDisabled()).toBe(false);
    const first = { csrf: asked.field('csrf'), held: asked.field('held'), password: PASSWORD };
    const second = await followed(pages, await pages.postAlone('/account/prove', first));
    expect(await isDisabled()).toBe(false);
    const code = {
      csrf: second.field('csrf'),
      held: second.field('held'),
      with: 'totp',
      code: await app.code(),
    };
    const done = await pages.postAlone('/account/prove/second', code);
    expect(done.location).toContain(`${path}?notice=`);
    expect(await isDisabled()).toBe(true);
    const again = await pages.postAlone(`${path}/enable`, { csrf: (await pages.get(path)).field('csrf') });
    expect(again.location).toContain(`${path}?notice=`);
  });
});

describe('a client', () => {
  it('is found by its id, disabled and enabled, and its devices are ended', async () => {
    const { pages } = owner;
    const id = 'tv';
    const path = `/admin/clients/${id}`;
    expect((await pages.get(`/admin/search?q=${id}`)).location).toBe(path);
    for (const act of ['disable', 'enable', 'end-devices']) {
      const page = await pages.get(path);
      expect(page.text).toContain(`action="${path}/${act}"`);
      const form = { csrf: page.field('csrf'), once: page.field('once') };
      expect((await pages.postAlone(`${path}/${act}`, form)).location).toContain(`${path}?notice=`);
    }
  });
});
