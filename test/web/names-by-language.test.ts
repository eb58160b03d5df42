/** Owners read the name of an app in their own language, where its maker has given it one (RFC 7591 section 2.2). */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeviceClient } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { codesOf } from '../support/linked-device.ts';
import { RegisteredApp, register, SITE } from '../support/registered-app.ts';
import { TEST_CLIENTS } from '../support/test-protocol.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from './page-client.ts';

const WORDS: Readonly<Record<string, object>> = {
  notes: {
    'client_name#DE-at': 'Notizbuch',
    'client_name#pt': 'Caderno',
    policy_uri: 'https://notes.example.com/privacy',
    'policy_uri#de': 'https://notes.example.com/datenschutz',
  },
  tv: { 'client_name#de': 'Glotze' },
};

let server: WholeServer;
let german: { pages: PageClient; email: string };
beforeAll(async () => {
  const clients = TEST_CLIENTS.map((client) => ({ ...client, ...WORDS[client.client_id] }));
  const settings = { LANGUAGES: 'en,de,es,pt-BR', SIGN_UP: 'open', REGISTRATION: 'open' };
  server = await startWholeServer(settings, undefined, { clients });
  const visitor = server.visitor('127.0.0.1');
  visitor.headers = { ...visitor.headers, 'accept-language': 'de' };
  german = await server.signUp(visitor);
});
afterAll(() => server?.close());

const QUERY = new URLSearchParams({
  ...{ client_id: 'notes', response_type: 'code', scope: 'openid profile', state: 's' },
  ...{ redirect_uri: 'https://notes.example.com/signed-in', code_challenge_method: 'S256' },
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
});

async function followed(pages: PageClient, path: string) {
  let page = await pages.get(path);
  for (let hops = 0; page.location && hops < 4; hops += 1) page = await pages.get(page.location);
  return page;
}

const mailed = (words: string) =>
  eventually(`a mail about ${words}`, async () =>
    server.mails.find(({ to, text }) => to === german.email && text.includes(words)),
  );

describe('the name of an app', () => {
  it.each([
    ['de', '<bdi>Notizbuch</bdi>'],
    ['pt-BR', '<bdi>Caderno</bdi>'],
    ['es', '<bdi>Notes</bdi>'],
    ['en', '<bdi>Notes</bdi>'],
  ])('is said in %s where a visitor is asked to sign in for it', async (language, words) => {
    const visitor = server.visitor();
    visitor.headers = { ...visitor.headers, 'accept-language': language };
    expect((await followed(visitor, `/auth?${QUERY}`)).text).toContain(words);
  });

  it('is said in the owner’s language where it asks, in the list, on its page, in activity and in mails', async () => {
    const { pages } = german;
    const consent = await followed(pages, `/auth?${QUERY}`);
    expect(consent.text).toContain('<bdi>Notizbuch</bdi>');
    expect(consent.text).toContain('href="https://notes.example.com/datenschutz"');
    const [, action = ''] = /action="(\/interaction\/[^"]+)"/.exec(consent.text) ?? [];
    const fields = { csrf: consent.field('csrf'), decision: 'allow', 'allow:profile': 'on' };
    expect((await pages.post(action, fields)).text).toContain('Notizbuch');
    const list = await pages.get('/account/apps');
    expect(list.text).toContain('Notizbuch');
    const [, page = ''] = /href="(\/account\/apps\/[^"]+)"/.exec(list.text) ?? [];
    for (const path of [page, `${page}/remove`, '/account/activity']) {
      const { text } = await pages.get(path);
      expect(text).toContain('Notizbuch');
      expect(text).not.toContain('Notes');
    }
    await mailed('Notizbuch');
  });

  it('is said so of a device that asks, on its page and in the mail that tells of it', async () => {
    const { pages } = german;
    const device = new DeviceClient(server.issuer);
    const { userCode, deviceCode } = codesOf(await device.authorize({ device_name: 'Wohnzimmer' }));
    const confirm = await pages.submit('/device', '/device', { user_code: userCode });
    expect(confirm.text).toContain('<bdi>Glotze</bdi>');
    const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
    await pages.post('/device/confirm', { csrf, ticket, decision: 'approve' });
    expect((await device.poll(deviceCode)).status).toBe(200);
    const list = await pages.get('/account/devices');
    const [, page = ''] = /href="(\/account\/devices\/[\w-]{22})"/.exec(list.text) ?? [];
    for (const path of [page, '/account/activity']) expect((await pages.get(path)).text).toContain('Glotze');
    await mailed('Glotze');
  });

  it('has a mark in front in every language where the app registered itself', async () => {
    // What is not seen is no name.
    for (const [name, shown] of [
      ['Neuling', 'Neuling'],
      ['\u200b', 'Newcomer'],
    ]) {
      const app = await RegisteredApp.at(server, { client_name: 'Newcomer', 'client_name#de': name });
      const { url } = await app.begin();
      const consent = await followed(german.pages, url.pathname + url.search);
      expect(consent.text).toContain(`<bdi>(unverified) ${shown}</bdi>`);
    }
  });
});

describe('an attacker’s app', () => {
  it.each([
    ['the name of an operator’s app', { 'client_name#de': 'Telly' }],
    ['the name that an operator’s app has in another language', { client_name: 'Glotze' }],
    ['that name under any tag', { 'client_name#x-none': 'G1otze', 'client_name#fr': 'G1otze' }],
    ['the name of this service', { 'client_name#de': 'Latchkey Sicherheit' }],
    ['an address where a language should be', { 'client_name#': 'Newcomer' }],
    ['a long name', { 'client_name#de': 'x'.repeat(61) }],
    ['a page without https', { client_uri: 'https://new.example', 'client_uri#de': 'http://new.example' }],
  ])('does not register %s', async (_what, members) => {
    const answer = await register(server, { redirect_uris: [SITE], client_name: 'Newcomer', ...members });
    expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_client_metadata']);
  });

  it('has none of its names turn a text or run over lines', async () => {
    const { body } = await register(server, {
      redirect_uris: [SITE],
      'client_name#de': ' New\u202e\ncomer ',
    });
    expect(body['client_name#de']).toBe('New comer');
  });
});
