/** A fresh proof before what would do harm in a stranger's hands, over the whole server. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseProofAges } from '../../src/config/proof-ages.ts';
import { ageProof, sessionOf } from '../support/aged-proof.ts';
import { DeviceClient } from '../support/device-client.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { Page, PageClient } from './page-client.ts';

let server: WholeServer;
let device: DeviceClient;
beforeAll(async () => {
  server = await startWholeServer({ PROOF_MINUTES: '5' });
  device = new DeviceClient(server.issuer);
});
afterAll(() => server.close());

interface Approval {
  deviceCode: string;
  pages: PageClient;
  /** The fields of the confirm page. */
  fields: { csrf: string; ticket: string; user_code: string; decision: string };
}

let networks = 0;

/** A device somewhere of its own: many of one place with different owners are a burst, and refused. */
function authorize(): ReturnType<DeviceClient['authorize']> {
  networks += 1;
  const fields = { client_id: 'tv', scope: 'openid offline_access', device_name: 'Attic TV' };
  return device.post('/device/auth', fields, { 'x-forwarded-for': `203.0.${networks}.7` });
}

/** An owner who looks at the confirm page, and proved who they are so long ago. */
async function confirming(minutes: number): Promise<Approval> {
  const { pages } = await server.signUp();
  const { body } = await authorize();
  const typed = { user_code: String(body['user_code']) };
  const page = await pages.submit('/device', '/device', typed);
  if (minutes > 0) await ageProof(server.stores, pages, minutes);
  const [csrf, ticket] = [page.field('csrf'), page.field('ticket')];
  const fields = { csrf, ticket, ...typed, decision: 'approve' };
  return { pages, deviceCode: String(body['device_code']), fields };
}

const state = async (deviceCode: string) => (await device.poll(deviceCode)).body['error'] ?? 'tokens';
const prove = (pages: PageClient, page: Page, password = PASSWORD) =>
  pages.post('/account/prove', { csrf: page.field('csrf'), held: page.field('held'), password });

describe('linking a device', () => {
  it('asks nothing again within five minutes of a proof', async () => {
    const { pages, fields, deviceCode } = await confirming(4);
    expect((await pages.post('/device/confirm', fields)).location).toContain('/device/waiting');
    expect(await state(deviceCode)).toBe('tokens');
  });

  it('asks for the password after that, and goes on to the very approval without another click', async () => {
    const { pages, fields, deviceCode } = await confirming(6);
    const asked = await pages.post('/device/confirm', fields);
    expect(asked.status).toBe(200);
    expect(asked.text).toContain('Before a device is linked to your account');
    expect(await state(deviceCode)).toBe('authorization_pending');
    const done = await prove(pages, asked);
    expect([done.status, done.location]).toEqual([303, expect.stringContaining('/device/waiting')]);
    expect(await state(deviceCode)).toBe('tokens');
    expect((await pages.get(done.location)).text).toContain('<bdi>Attic TV</bdi> is connected');
  });

  it('never asks before a code is denied', async () => {
    const { pages, fields } = await confirming(6);
    const denied = await pages.post('/device/confirm', { ...fields, decision: 'deny' });
    expect(denied.location).toBe('/device/denied');
  });

  it('links nothing with a wrong password; the form waits on the page for the right one', async () => {
    const { pages, fields, deviceCode } = await confirming(6);
    const asked = await pages.post('/device/confirm', fields);
    const wrong = await prove(pages, asked, 'not the password');
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain('That password isn’t right');
    expect(wrong.text).not.toContain('not the password');
    expect((await prove(pages, asked, '')).text).toContain('Enter your password.');
    expect(await state(deviceCode)).toBe('authorization_pending');
    expect((await prove(pages, wrong)).location).toContain('/device/waiting');
  });
});

describe('a proof', () => {
  it('brings a new session id, and the one before is dead', async () => {
    const { pages, fields } = await confirming(6);
    const before = sessionOf(pages);
    await prove(pages, await pages.post('/device/confirm', fields));
    expect(sessionOf(pages)).not.toBe(before);
    expect((await pages.get('/account')).status).toBe(200);
    pages.cookies.set('latchkey_session', before);
    expect((await pages.get('/account')).location).toContain('/sign-in');
  });

  it('is good for the next action, too', async () => {
    const first = await confirming(6);
    await prove(first.pages, await first.pages.post('/device/confirm', first.fields));
    const { body } = await authorize();
    const typed = { user_code: String(body['user_code']) };
    const page = await first.pages.submit('/device', '/device', typed);
    const fields = { csrf: page.field('csrf'), ticket: page.field('ticket'), ...typed, decision: 'approve' };
    expect((await first.pages.post('/device/confirm', fields)).location).toContain('/device/waiting');
  });

  it('is worth nothing in another browser: what was held there does not go on here', async () => {
    const victim = await confirming(6);
    const asked = await victim.pages.post('/device/confirm', victim.fields);
    const other = await server.signUp();
    const csrf = (await other.pages.get('/account')).field('csrf');
    const held = asked.field('held');
    const tried = await other.pages.post('/account/prove', { csrf, held, password: PASSWORD });
    expect(tried.location).toBe('/account');
    expect(await state(victim.deviceCode)).toBe('authorization_pending');
  });

  it('is refused without the token of this browser’s forms', async () => {
    const { pages, fields, deviceCode } = await confirming(6);
    const asked = await pages.post('/device/confirm', fields);
    const forged = await pages.post('/account/prove', { held: asked.field('held'), password: PASSWORD });
    expect(forged.status).toBe(403);
    expect(await state(deviceCode)).toBe('authorization_pending');
  });

  it('does not hold what the server did not seal, and a GET of its address changes nothing', async () => {
    const { pages } = await server.signUp();
    const csrf = (await pages.get('/account')).field('csrf');
    for (const held of ['', 'made up', 'x'.repeat(9000)]) {
      const page = await pages.post('/account/prove', { csrf, held, password: PASSWORD });
      expect(page.location).toBe('/account');
    }
    expect((await pages.get('/account/prove')).location).toBe('/account');
    expect((await server.visitor().get('/account/prove')).location).toBe('/account');
  });

  it('is slowed down after five wrong ones, even where the next one is right', async () => {
    const { pages, fields } = await confirming(6);
    const asked = await pages.post('/device/confirm', fields);
    for (let tries = 0; tries < 5; tries += 1) expect((await prove(pages, asked, 'wrong')).status).toBe(400);
    const late = await prove(pages, asked);
    expect(late.status).toBe(429);
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('comes to nothing when the owner signs out of everything meanwhile', async () => {
    const { pages, fields, deviceCode } = await confirming(6);
    const asked = await pages.post('/device/confirm', fields);
    const browser = await server.stores.browsers.resume(sessionOf(pages));
    if (browser) await server.stores.accounts.signOutEverything(browser.accountId);
    // No owner is signed in any more, so the form's token is not this browser's either.
    expect((await prove(pages, asked)).status).toBe(403);
    expect(await state(deviceCode)).toBe('authorization_pending');
  });

  it('by 20 at once with the right password: one goes on signed in, nothing is linked twice', async () => {
    const { pages, fields, deviceCode } = await confirming(6);
    const asked = await pages.post('/device/confirm', fields);
    const all = await Promise.all(Array.from({ length: 20 }, () => prove(pages, asked)));
    const linked = all.filter(({ location }) => location.includes('/device/waiting'));
    expect(linked).toHaveLength(1);
    expect(all.every(({ status }) => status < 500)).toBe(true);
    expect(await state(deviceCode)).toBe('tokens');
  });
});

describe('how old a proof may be', () => {
  it('is set for all actions, and for one', () => {
    expect(parseProofAges('5')).toMatchObject({ 'link-device': 300_000, 'change-email': 300_000 });
    expect(parseProofAges('10, link-device=30')).toMatchObject({
      'link-device': 1_800_000,
      'change-email': 600_000,
    });
  });

  it.each(['', '0', '1441', 'five', '5,link-devices=5', 'link-device=5', '5,link-device='])(
    'is not %j: the fault is told',
    (text) => {
      expect(typeof parseProofAges(text)).toBe('string');
    },
  );
});
