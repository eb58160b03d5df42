/** In which language and time zone people meet the pages. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newApp } from '../redis/contract/factors.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer({ LANGUAGES: 'en,de,es,ar-XB', SIGN_UP: 'open' });
});
afterAll(() => server.close());

const languageOf = ({ text }: { text: string }) => /<html lang="([\w-]+)"/.exec(text)?.[1];

describe('a visitor', () => {
  it('reads the language that their browser asks for, which the answer names, and caches keep apart', async () => {
    const page = await server.visitor().get('/sign-in', { 'accept-language': 'de-AT,de;q=0.9' });
    expect(page.text).toContain('<h1>Anmelden</h1>');
    expect(page.headers['content-language']).toBe('de');
    expect(page.headers['vary']).toMatch(/Accept-Language.*Cookie/);
    expect(languageOf(await server.visitor().get('/sign-in', { 'accept-language': 'fr, *' }))).toBe('en');
  });

  it('reads errors in it, too', async () => {
    const page = await server.visitor().get('/nowhere', { 'accept-language': 'es' });
    expect([page.status, languageOf(page)]).toEqual([404, 'es']);
    expect(page.text).toContain('No existe esa página');
  });

  it('chooses another one at the foot of the page, and is back where they were', async () => {
    const visitor = server.visitor();
    const page = await visitor.get('/sign-in?return_to=%2Fdevice');
    const chooser = /href="(\/language\?[^"]+)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const choice = await visitor.get(chooser);
    expect(choice.text).toContain('<bdi lang="de">Deutsch</bdi>');
    const fields = { csrf: choice.field('csrf'), return_to: choice.field('return_to') };
    const done = await visitor.post('/language', { ...fields, language: 'de' });
    expect([done.status, done.location]).toEqual([303, '/sign-in?return_to=%2Fdevice']);
    expect(languageOf(await visitor.get(done.location, { 'accept-language': 'es' }))).toBe('de');
  });

  it('is led to no other site by the chooser, and given no language that is not served', async () => {
    const visitor = server.visitor();
    const choice = await visitor.get('/language?return_to=https://evil.example/');
    expect(choice.field('return_to')).toBe('/');
    const csrf = choice.field('csrf');
    const away = await visitor.post('/language', { csrf, language: 'de', return_to: '//evil.example' });
    expect(away.location).toBe('/');
    expect((await visitor.post('/language', { csrf, language: 'tlh', return_to: '/' })).status).toBe(400);
  });

  it('is asked in the language that the app wants which sent them, unless they have chosen one', async () => {
    const visitor = server.visitor();
    const query = new URLSearchParams({
      ...{ client_id: 'notes', response_type: 'code', scope: 'openid', ui_locales: 'fr es' },
      ...{ redirect_uri: 'https://notes.example.com/signed-in', code_challenge_method: 'S256' },
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    });
    let page = await visitor.get(`/auth?${query}`);
    for (let hops = 0; page.location && hops < 4; hops += 1) page = await visitor.get(page.location);
    expect(page.text).toContain('action="/sign-in"');
    expect(languageOf(page)).toBe('es');
    // And at the second step, which comes between the password and the app.
    const { email } = await server.signUp();
    const account = await server.stores.accounts.findByEmail(email);
    if (!account) throw new Error('there is no account');
    const owner = { accountId: account.id, epoch: account.epoch };
    await server.stores.factors.add(owner, newApp(), { kind: 'factor-added', by: 'owner' });
    const fields = { csrf: page.field('csrf'), return_to: page.field('return_to') };
    const { location } = await visitor.post('/sign-in', { ...fields, email, password: PASSWORD });
    expect(location).toMatch(/^\/sign-in\/second-step\?/);
    expect(languageOf(await visitor.get(location))).toBe('es');
  });

  it('who reads from right to left has the page run so', async () => {
    const visitor = server.visitor();
    visitor.cookies.set('latchkey_language', 'ar-XB');
    expect((await visitor.get('/sign-in')).text).toContain('<html lang="ar-XB" dir="rtl">');
  });
});

describe('an owner', () => {
  it('has their language in every browser once they have chosen it', async () => {
    const { email, pages } = await server.signUp();
    const choice = await pages.get('/language?return_to=/account/settings');
    const fields = { csrf: choice.field('csrf'), return_to: '/account/settings' };
    expect((await pages.post('/language', { ...fields, language: 'es' })).location).toBe('/account/settings');
    expect((await server.stores.accounts.findByEmail(email))?.profile.language).toBe('es');
    pages.cookies.delete('latchkey_language');
    expect(languageOf(await pages.get('/account', { 'accept-language': 'de' }))).toBe('es');
  });

  it('keeps the language and the zone of the browser that they sign up with, for their mails', async () => {
    const visitor = server.visitor();
    visitor.headers = { ...visitor.headers, 'accept-language': 'de' };
    visitor.cookies.set('latchkey_tz', 'Europe%2FBerlin');
    const { email } = await server.signUp(visitor);
    const account = await server.stores.accounts.findByEmail(email);
    expect([account?.profile.language, account?.profile.timeZone]).toEqual(['de', 'Europe/Berlin']);
  });

  it('has times in the zone that they choose, and no other than there is', async () => {
    const { email, pages } = await server.signUp();
    const csrf = (await pages.get('/account/settings/time-zone')).field('csrf');
    const choose = (time_zone: string) => pages.post('/account/settings/time-zone', { csrf, time_zone });
    const zone = async () => (await server.stores.accounts.findByEmail(email))?.profile.timeZone;
    expect((await choose('Asia/Tokyo')).location).toBe('/account/settings');
    expect(await zone()).toBe('Asia/Tokyo');
    expect((await pages.get('/account/settings')).text).toContain('Asia/Tokyo');
    expect((await choose('Mars/Base')).status).toBe(400);
    expect(await zone()).toBe('Asia/Tokyo');
    await choose('');
    expect(await zone()).toBeUndefined();
  });
});
