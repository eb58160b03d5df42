/** Before they decide, owners can read who makes an app and what it does with data; where a link leads is written out. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf } from '../support/linked-device.ts';
import { RegisteredApp } from '../support/registered-app.ts';
import { TEST_CLIENTS } from '../support/test-protocol.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { Page, PageClient } from './page-client.ts';

const PAGES = {
  client_uri: 'https://www.maker.example',
  policy_uri: 'https://www.maker.example/privacy?of=app',
  tos_uri: 'https://legal.maker.example:8443/terms',
};
const LINKS = [
  ['Website', PAGES.client_uri, 'www.maker.example'],
  ['Privacy', PAGES.policy_uri, 'www.maker.example'],
  ['Terms', PAGES.tos_uri, 'legal.maker.example:8443'],
];

let server: WholeServer;
let owner: PageClient;
beforeAll(async () => {
  const clients = TEST_CLIENTS.map((client) =>
    ['notes', 'tv'].includes(client.client_id) ? { ...client, ...PAGES } : client,
  );
  server = await startWholeServer({ REGISTRATION: 'open' }, undefined, { clients });
  owner = await server.owner();
});
afterAll(() => server?.close());

/** What each row is called, where it leads, and what stands there. */
const linksOn = ({ text }: Page) =>
  [
    ...text.matchAll(
      /<dt>([^<]+)<\/dt><dd><a href="([^"]+)" rel="noopener noreferrer"><bdi class="break">([^<]+)<\/bdi><\/a>/g,
    ),
  ].map(([, ...row]) => row);

async function consentOf(url: string): Promise<Page> {
  let page = await owner.get(url);
  for (let hops = 0; page.location && hops < 4; hops += 1) page = await owner.get(page.location);
  expect(page.text).toContain('to use your account?');
  return page;
}

describe('the pages of an app’s maker', () => {
  it('stand where the app asks, and on its page afterwards', async () => {
    const query = new URLSearchParams({
      ...{ client_id: 'notes', response_type: 'code', scope: 'openid profile', state: 's' },
      ...{ redirect_uri: 'https://notes.example.com/signed-in', code_challenge_method: 'S256' },
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    });
    const consent = await consentOf(`/auth?${query}`);
    expect(linksOn(consent)).toEqual(LINKS);
    const [, action = ''] = /action="(\/interaction\/[^"]+)"/.exec(consent.text) ?? [];
    await owner.post(action, { csrf: consent.field('csrf'), decision: 'allow', 'allow:profile': 'on' });
    const [, page = ''] =
      /href="(\/account\/apps\/[^"]+)"/.exec((await owner.get('/account/apps')).text) ?? [];
    expect(linksOn(await owner.get(page))).toEqual(LINKS);
  });

  it('stand with more about a device that asks and on its page afterwards, never where its code is typed', async () => {
    const device = new DeviceClient(server.issuer);
    const { userCode, deviceCode } = codesOf(await device.authorize());
    for (const typed of ['', userCode.slice(1)])
      expect((await owner.submit('/device', '/device', { user_code: typed })).text).not.toContain(
        'maker.example',
      );
    const confirm = await owner.submit('/device', '/device', { user_code: userCode });
    expect(linksOn(confirm)).toEqual(LINKS);
    const [fields, decision] = [{ csrf: confirm.field('csrf'), ticket: confirm.field('ticket') }, 'approve'];
    await owner.post('/device/confirm', { ...fields, decision });
    expect((await device.poll(deviceCode)).status).toBe(200);
    const list = await owner.get('/account/devices');
    const [, page = ''] = /href="(\/account\/devices\/[\w-]{22})"/.exec(list.text) ?? [];
    expect(linksOn(await owner.get(page))).toEqual(LINKS);
  });

  it('are not shown of an app that registered itself, which could send its visitors anywhere by them', async () => {
    const app = await RegisteredApp.at(server, { client_name: 'Newcomer', ...PAGES });
    const { url } = await app.begin();
    const consent = await consentOf(url.pathname + url.search);
    expect(consent.text).toContain('(unverified) Newcomer');
    expect(consent.text).not.toContain('maker.example');
  });
});
