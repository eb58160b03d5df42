/** An engineer who gets from nothing to a verified event, or to a sign-in, by copying the commands of a document and nothing else. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { DeviceClient, type Tokens } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { request } from '../support/http.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { PASSWORD } from '../support/whole-server.ts';
import { PageClient } from '../web/page-client.ts';
import { blocksBelow, CopiedCommands } from './copied.ts';
import { signInThere } from './signing-in-there.ts';

const EVENT = 'From nothing to a verified event';
const SERVES = /Latchkey serves on (\S+)/;

let copied: CopiedCommands;
beforeEach(async () => {
  copied = await CopiedCommands.of('4003', '4010');
});
afterEach(() => copied.stop());

async function signUp(email: string): Promise<PageClient> {
  const pages = new PageClient(copied.issuer);
  const confirm = await pages.submit('/sign-up', '/sign-up', { name: 'Ada', email, password: PASSWORD });
  const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
  await pages.post('/sign-up/confirm', { csrf, ticket, code: await copied.codeFor(email) });
  return pages;
}

/** As `npm run device` does it. */
async function link(pages: PageClient): Promise<{ device: DeviceClient; tokens: Tokens }> {
  const device = new DeviceClient(copied.issuer, 'demo-device');
  const { deviceCode, userCode } = codesOf(await device.authorize());
  const confirm = await pages.submit('/device', '/device', { user_code: userCode });
  const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
  await pages.post('/device/confirm', { csrf, ticket, decision: 'approve' });
  return { device, tokens: tokensOf(await device.poll(deviceCode)) };
}

it('docs/webhooks.md: a device is in the backend’s table, and is gone from there once its owner has removed it', async () => {
  const [commands = ''] = blocksBelow('docs/webhooks.md', EVENT);
  copied.run(commands);
  expect(await copied.says(SERVES)).toEqual([copied.issuer]);
  await copied.says(/hears on (\S+)/);
  const pages = await signUp('ada@example.org');
  await link(pages);
  const address = copied.here('http://localhost:4003/devices');
  const table = async () => (await request(address)).json() as Promise<{ id: string; client: string }[]>;
  const [row] = await eventually('its row', async () => {
    const rows = await table();
    return rows.length === 1 && rows;
  });
  expect(row?.client).toBe('demo-device');
  const listed = (await pages.get('/account/devices')).text;
  const [path = ''] = /\/account\/devices\/[\w-]{16,}/.exec(listed) ?? [];
  const asked = await pages.get(`${path}/remove`);
  await pages.post(`${path}/remove`, { csrf: asked.field('csrf') });
  await eventually('the table without it', async () => (await table()).length === 0);
});

it('docs/ssf.md: the receiver has verified an event, and hears that a device was signed off', async () => {
  const [serving = '', receiving = ''] = blocksBelow('docs/ssf.md', EVENT);
  copied.run(serving);
  await copied.says(SERVES);
  copied.run(receiving);
  await copied.says(/^verified: events arrive$/m);
  const { device, tokens } = await link(await signUp('grace@example.org'));
  await device.revoke(tokens.refresh_token);
  await copied.says(/^\{"event":"session-revoked",/m);
});

it('docs/upstream.md: a visitor creates an account by the neighbour, and the button alone signs them in the next time', async () => {
  const [commands = ''] = blocksBelow('docs/upstream.md', 'From nothing to the first sign-in');
  copied.run(commands);
  await copied.says(SERVES);
  const path = '/sign-in/upstream/neighbour';
  const come = async (pages: PageClient) => {
    const page = await pages.get('/sign-in');
    expect(page.text).toContain('Continue with The neighbour');
    const begun = await pages.postAlone(path, { csrf: page.field('csrf') });
    const { onward } = await pages.get(begun.location);
    return pages.get(await signInThere(copied.issuer, onward, 'ada'));
  };
  const pages = new PageClient(copied.issuer);
  expect((await pages.get((await come(pages)).location)).text).toContain('Create account');
  const form = await pages.get(`${path}/new`);
  const email = form.field('email') || 'ada@neighbour.example';
  await pages.postAlone(`${path}/new`, { csrf: form.field('csrf'), name: 'Ada', email });
  const confirm = await pages.get('/sign-up/code');
  const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
  const code = await copied.codeFor(email);
  expect((await pages.postAlone('/sign-up/confirm', { csrf, ticket, code })).location).toBe('/account');
  expect((await come(new PageClient(copied.issuer))).location).toBe('/account');
});
