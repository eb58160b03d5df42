/** What a form was posted for has an address: reload, Back, a restored tab and a second one find it there. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { otherCode } from '../support/other-code.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { cheapPasswords, codeFor, newEmail, SESSION, signIn, signUp } from './account-pages.ts';
import { PASSWORD } from './account-world.ts';

let pages: WholeServer;
beforeAll(async () => {
  pages = await startWholeServer({}, undefined, { outbox: true, passwords: await cheapPasswords() });
});
afterAll(() => pages.close());

describe('what was posted has an address', () => {
  const typed = { name: 'Ada <b>', email: 'not an email', password: 'password' };

  it('a reload after sign-up mails nothing, and the first code works', async () => {
    const browser = pages.visitor();
    const email = newEmail();
    const csrf = (await browser.get('/sign-up')).field('csrf');
    const posted = await browser.postAlone('/sign-up', { csrf, name: 'Ada', email, password: PASSWORD });
    expect([posted.status, posted.location]).toEqual([303, '/sign-up/code']);
    const code = await codeFor(pages, email);
    const first = await browser.get('/sign-up/code');
    const reloaded = await browser.get('/sign-up/code');
    expect([reloaded.status, reloaded.text]).toEqual([200, first.text]);
    expect(reloaded.text).toContain(email);
    expect(await codeFor(pages, email)).toBe(code);
    const fields = { csrf, ticket: reloaded.field('ticket'), code };
    expect((await browser.post('/sign-up/confirm', fields)).location).toBe('/account');
    // The page that a restored tab comes back to.
    expect((await browser.get('/sign-up/code')).location).toBe('/account');
    for (const name of ['latchkey_sign_up_code', 'latchkey_typed'])
      expect(browser.cookies.has(name)).toBe(false);
  });

  it('a wrong code leads to an address that says so, however often it is looked at, and is one try', async () => {
    const browser = pages.visitor();
    const email = newEmail();
    const sent = await browser.submit('/sign-up', '/sign-up', { name: 'Ada', email, password: PASSWORD });
    const code = await codeFor(pages, email);
    const [csrf, ticket] = [sent.field('csrf'), sent.field('ticket')];
    const wrong = await browser.postAlone('/sign-up/confirm', { csrf, ticket, code: otherCode(code) });
    expect(wrong.status).toBe(303);
    for (const _ of Array(6)) {
      const page = await browser.get(wrong.location);
      expect([page.status, page.text]).toEqual([400, expect.stringContaining('That code doesn’t work.')]);
    }
    expect((await browser.post('/sign-up/confirm', { csrf, ticket, code })).location).toBe('/account');
  });

  it('keeps what was typed, on the page that says what is wrong and on the one before it', async () => {
    const browser = pages.visitor();
    const csrf = (await browser.get('/sign-up?return_to=%2Fdevice')).field('csrf');
    const posted = await browser.postAlone('/sign-up', { csrf, ...typed, return_to: '/device' });
    expect(posted.status).toBe(303);
    expect(posted.location).toMatch(/^\/sign-up\?return_to=%2Fdevice&answer=/);
    const page = await browser.get(posted.location);
    expect([page.status, page.field('return_to')]).toEqual([400, '/device']);
    expect(page.text).toContain('id="email-error"');
    const before = await browser.get('/sign-up?return_to=%2Fdevice');
    expect([before.status, before.text]).toEqual([200, expect.not.stringContaining('id="email-error"')]);
    for (const { text } of [page, before]) {
      expect(text).toContain('value="Ada &lt;b&gt;"');
      expect(text).toContain('value="not an email"');
    }
  });

  it('is read in the browser that it was told to and on the page it is of, and holds no password', async () => {
    const browser = pages.visitor();
    const csrf = (await browser.get('/sign-up')).field('csrf');
    const { location } = await browser.postAlone('/sign-up', { csrf, ...typed });
    const other = pages.visitor();
    await other.get('/sign-up');
    const strange = await other.get(location);
    expect([strange.status, strange.text]).toEqual([200, expect.not.stringContaining('Ada')]);
    const [, query] = location.split('?');
    expect((await browser.get(`/sign-in?${query}`)).text).not.toContain('There is a problem');
    const kept = browser.cookies.get('latchkey_typed') ?? '';
    expect(JSON.stringify(pages.stores.keyring.open('typed', kept))).not.toContain(typed.password);
  });

  it('lets go of what was typed once the form has gone through', async () => {
    const browser = pages.visitor();
    const email = newEmail();
    await signUp(pages, pages.visitor(), email);
    expect((await signIn(browser, email, 'not the password')).text).toContain(email);
    expect((await browser.get('/sign-in')).field('email')).toBe('');
    expect((await browser.get('/sign-in')).text).toContain(email);
    await signIn(browser, email);
    expect(browser.cookies.has('latchkey_typed')).toBe(false);
  });

  it('has no cookie that outgrows a request, however much a stranger posts', async () => {
    const browser = pages.visitor();
    const csrf = (await browser.get('/sign-up')).field('csrf');
    const long = '\u{10ffff}'.repeat(300);
    const page = await browser.post('/sign-up', {
      csrf,
      name: long,
      email: long,
      password: long,
      return_to: `/${'x'.repeat(1500)}`,
    });
    expect(page.status).toBe(400);
    const email = newEmail();
    const fields = { csrf, name: 'ж'.repeat(40), email, password: PASSWORD };
    await browser.post('/sign-up', { ...fields, return_to: `/device?${'x'.repeat(1500)}` });
    const cookies = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    expect(cookies.length).toBeLessThan(4000);
    const confirm = { csrf, ticket: (await browser.get('/sign-up/code')).field('ticket') };
    const done = await browser.post('/sign-up/confirm', { ...confirm, code: await codeFor(pages, email) });
    expect(done.location).toBe('/account');
  });

  it('tells how long a limit still holds, and nothing of it once it has let go', async () => {
    const browser = pages.visitor();
    const email = newEmail();
    const sent = await browser.submit('/sign-up', '/sign-up', { name: 'Ada', email, password: PASSWORD });
    const [csrf, ticket] = [sent.field('csrf'), sent.field('ticket')];
    let answer = await browser.postAlone('/sign-up/resend', { csrf, ticket });
    while ((await browser.get(answer.location)).status === 200)
      answer = await browser.postAlone('/sign-up/resend', { csrf, ticket });
    expect([answer.status, answer.headers['retry-after']]).toEqual([303, undefined]);
    const page = await browser.get(answer.location);
    expect([page.status, Number(page.headers['retry-after'])]).toEqual([429, expect.any(Number)]);
    expect(page.text).toContain('Too many tries.');
  });
});

describe('a second tab', () => {
  it('that was signed in meanwhile goes on to where it was going, with its form and with a reload', async () => {
    const email = newEmail();
    await signUp(pages, pages.visitor(), email);
    const browser = pages.visitor();
    const to = '/device?user_code=ABCD-EFGH';
    const at = `/sign-in?return_to=${encodeURIComponent(to)}`;
    const old = await browser.get(at);
    const fields = { csrf: old.field('csrf'), email, password: PASSWORD, return_to: to };
    const wrong = await browser.postAlone('/sign-in', { ...fields, password: 'not the password' });
    await signIn(browser, email);
    const session = browser.cookies.get(SESSION);
    for (const again of [await browser.get(at), await browser.get(wrong.location)])
      expect([again.status, again.location]).toEqual([303, to]);
    const posted = await browser.post('/sign-in', fields);
    expect([posted.status, posted.location]).toEqual([303, at]);
    expect(browser.cookies.get(SESSION)).toBe(session);
  });

  it('in which a member is added to the household once more adds none', async () => {
    const browser = pages.visitor();
    await signUp(pages, browser, newEmail());
    const at = '/account/household';
    const csrf = (await browser.get(at)).field('csrf');
    const namesOn = (text: string) =>
      [...text.matchAll(/<bdi>((?:Ben|Ida)\w*)<\/bdi>/gi)].map(([, name]) => name);
    await browser.postAlone(at, { csrf, member_name: 'Ben' });
    for (const again of ['Ben', ' ben ', 'BEN\u200b']) {
      const page = await browser.get((await browser.postAlone(at, { csrf, member_name: again })).location);
      expect([page.status, namesOn(page.text)]).toEqual([400, ['Ben']]);
      expect(page.text).toContain('Somebody here has this name already.');
    }
    await browser.postAlone(at, { csrf, member_name: 'Ida' });
    const people = [...(await browser.get(at)).text.matchAll(/"(\/account\/household\/[\w-]{22})"/g)];
    const ida = people.at(-1)?.[1] ?? '';
    const renamed = await browser.postAlone(`${ida}/rename`, { csrf, member_name: 'ben' });
    expect((await browser.get(renamed.location)).text).toContain('Somebody here has this name already.');
    expect(namesOn((await browser.get(at)).text)).toEqual(['Ben', 'Ida']);
  });

  it('that signs out where that was done in another one, or long ago, is told no error: nobody is signed in', async () => {
    const browser = pages.visitor();
    await signUp(pages, browser, newEmail());
    const csrf = (await browser.get('/account')).field('csrf');
    expect((await browser.postAlone('/sign-out', { csrf })).location).toBe('/');
    for (const [fields, to] of [
      [{ csrf }, '/'],
      [{ csrf, next: 'device' }, '/sign-in?return_to=%2Fdevice'],
    ] as const) {
      const again = await browser.postAlone('/sign-out', fields);
      expect([again.status, again.location, again.headers['set-cookie']]).toEqual([303, to, undefined]);
    }
    const elsewhere = { 'sec-fetch-site': 'cross-site' };
    expect((await browser.post('/sign-out', { csrf }, elsewhere)).status).toBe(403);
  });

  it('is refused like any other where the form is not from this browser', async () => {
    const browser = pages.visitor();
    await signUp(pages, browser, newEmail());
    const { csrf } = { csrf: (await pages.visitor().get('/sign-in')).field('csrf') };
    expect((await browser.post('/sign-in', { csrf, return_to: '/device' })).status).toBe(403);
  });

  it('goes nowhere else by a return address that is not ours', async () => {
    const browser = pages.visitor();
    const csrf = (await browser.get('/sign-in')).field('csrf');
    await signUp(pages, browser, newEmail());
    const { location } = await browser.post('/sign-in', { csrf, return_to: 'https://evil.example/' });
    expect((await browser.get(location)).location).toBe('/account');
  });
});
