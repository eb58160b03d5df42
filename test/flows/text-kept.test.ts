/** An owner whose form is refused, since it had expired or the store was away: what they typed is there again, in every form. */

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createViews } from '../../src/web/views.ts';
import { DeviceClient } from '../support/device-client.ts';
import { newBrowser } from '../support/test-stores.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { tagsOf } from '../web/markup.ts';
import { SAMPLES } from '../web/samples.ts';
import { approve } from '../web/waiting-world.ts';

type Owner = Awaited<ReturnType<WholeServer['owner']>>;

let server: WholeServer;
let owner: Owner;
let device: string;
beforeAll(async () => {
  server = await startWholeServer({}, undefined, { outbox: true });
  owner = await server.owner();
  const { deviceCode } = await approve(owner);
  await new DeviceClient(server.origin).poll(deviceCode);
  [, device = ''] =
    /"(\/account\/devices\/[\w-]{22})"/.exec((await owner.get('/account/devices')).text) ?? [];
});
afterAll(() => server.close());

/** To whom a phone is offered: one who has another second step, and has just done it. */
async function ownerOfAnApp(): Promise<Owner> {
  const pages = await server.owner();
  const { accountId, epoch } = pages.browser;
  const proving = { ...newBrowser(accountId, epoch), amr: ['pwd', 'otp', 'mfa'] };
  await server.stores.browsers.insert(proving, { idle: 3_600_000, absolute: 3_600_000 });
  const app = { kind: 'totp', id: 'app', createdAt: 0, name: 'app', seed: 'seed', lastStep: 0 } as const;
  await server.stores.factors.add(pages.browser, app, { kind: 'factor-added', by: 'owner' });
  await pages.get('/device');
  pages.cookies.set('latchkey_session', proving.sessionId);
  return pages;
}

/** Where it is posted, and what an owner types or chooses there. */
const FORMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/device': { user_code: 'WDJB' },
  '/account/settings/name': { name: 'Rosa Two' },
  '/account/settings/email': { email: 'two@example.com' },
  '/account/settings/time-zone': { time_zone: 'Asia/Tokyo' },
  '/account/household': { member_name: 'Ben' },
  '<device>/rename': { device_name: 'Attic TV' },
  '/account/keys/new': {
    ...{ key_name: 'Rack 4', uses: '7', life: 'week', network: 'there', network_address: '192.0.2.9' },
    ...{ 'allow:profile': 'on', 'allow:email': 'on' },
  },
  '/account/security/voice-code/limits': { currency: 'SEK', day_limit: '81', free_limit: '17' },
  '/account/security/two-step/app': { name: 'My phone' },
  '/account/security/two-step/phone': { phone: '+46 70 123 45 67' },
};

/** As a browser does it that has a form of ours whose token is none any more. */
const sendOld = (pages: Owner, path: string, fields: object) =>
  pages.post(path, { csrf: 'too-old', ...fields }, { 'sec-fetch-site': 'same-origin' });

const formOf = (text: string) =>
  /<a class="button" href="([^"]*)">Back to the form<\/a>/.exec(text)?.[1] ?? '';

/** Each field of the page with what stands in it, is chosen, or is ticked. */
function valuesOn(html: string): Map<string, string> {
  const values = new Map<string, string>();
  let select = '';
  for (const { tag, attributes } of tagsOf(html)) {
    if (tag === 'select') select = attributes.get('name') ?? '';
    if (tag === 'option' && attributes.has('selected')) values.set(select, attributes.get('value') ?? '');
    if (tag !== 'input') continue;
    const isBox = /^(checkbox|radio)$/.test(attributes.get('type') ?? '');
    if (isBox && !attributes.has('checked')) continue;
    values.set(attributes.get('name') ?? '', attributes.get('value') ?? (isBox ? 'on' : ''));
  }
  return values;
}

describe('what an owner typed', () => {
  it.each(Object.entries(FORMS))('into the form of %s is there again', async (route, fields) => {
    const pages = route.endsWith('/phone') ? await ownerOfAnApp() : owner;
    const refused = await sendOld(pages, route.replace('<device>', device), fields);
    expect([refused.status, refused.text]).toEqual([
      403,
      expect.stringContaining('Your text is still here.'),
    ]);
    const values = valuesOn((await pages.get(formOf(refused.text))).text);
    for (const [name, value] of Object.entries(fields))
      expect([name, values.get(name)]).toEqual([name, value]);
  });

  it('is said to be there only where it is: a form of an owner who is signed out leads to the way in', async () => {
    const left = await server.owner();
    await left.get('/account/household');
    await server.stores.browsers.end(left.browser.sessionId);
    const refused = await sendOld(left, '/account/household', { member_name: 'Ben' });
    expect(refused.status).toBe(403);
    expect(refused.text).not.toContain('Your text is still here.');
    const cookieless = await sendOld(await server.owner(), '/account/household', { member_name: 'Ben' });
    expect(cookieless.text).not.toContain('Your text is still here.');
  });

  it('is all of it: no page has a field for text that is not in this list, or is a secret', () => {
    const views = createViews({ viewsDir: join(import.meta.dirname, '../../views'), cache: true });
    const known = new Set(Object.values(FORMS).flatMap(Object.keys));
    const owners = SAMPLES.filter(({ view }) => !/^(console-|outbox|demo-tv)/.test(view.page));
    const unknown = owners.flatMap(({ name, view }) =>
      tagsOf(views.render(view))
        .filter(
          ({ tag, attributes }) => tag === 'input' && /^(text|email|tel)$/.test(attributes.get('type') ?? ''),
        )
        .map(({ attributes }) => attributes.get('name') ?? '')
        // Codes are good once, and a search stands in its address.
        .filter((field) => !known.has(field) && !/^(code|voice_code|q)$/.test(field))
        .map((field) => `${name}: ${field}`),
    );
    expect(unknown).toEqual([]);
  });
});
