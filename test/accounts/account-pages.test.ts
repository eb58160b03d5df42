import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { alike, cheapPasswords, codeFor, newEmail, SESSION, signIn, signUp } from './account-pages.ts';
import { disable, PASSWORD } from './account-world.ts';

let pages: WholeServer;
beforeAll(async () => {
  pages = await startWholeServer({}, undefined, { outbox: true, passwords: await cheapPasswords() });
});
afterAll(() => pages.close());

describe('the pages of an account', () => {
  it('lead a newcomer from the start page to their account, with the mail in the outbox', async () => {
    const browser = pages.visitor();
    const email = newEmail();
    expect((await browser.get('/')).text).toContain('/sign-up');
    const sent = await browser.submit('/sign-up', '/sign-up', { name: 'Ada', email, password: PASSWORD });
    expect(sent.status).toBe(200);
    expect(sent.text).toContain(email);
    const code = await codeFor(pages, email);
    const [, id] = /href="(\/dev\/outbox\/[^"]+)"/.exec((await browser.get('/dev/outbox')).text) ?? [];
    expect((await browser.get(id ?? '')).text).toContain(code);
    const done = await browser.post('/sign-up/confirm', {
      csrf: sent.field('csrf'),
      ticket: sent.field('ticket'),
      code: ` ${code.slice(0, 3)} ${code.slice(3)} `,
    });
    expect([done.status, done.location]).toEqual([303, '/account']);
    expect((await browser.get('/account/settings')).text).toContain(email);
    expect((await browser.get('/')).location).toBe('/account');
  });

  it('sign out on the server, not only in the browser', async () => {
    const browser = pages.visitor();
    await signUp(pages, browser, newEmail());
    const session = browser.cookies.get(SESSION) ?? '';
    const out = await browser.submit('/account', '/sign-out', {});
    expect([out.status, out.location]).toEqual([303, '/']);
    expect(browser.cookies.has(SESSION)).toBe(false);
    browser.cookies.set(SESSION, session);
    expect((await browser.get('/account')).location).toBe('/sign-in?return_to=%2Faccount');
  });

  it('sign in again with a new session id, and the one that was planted is worth nothing', async () => {
    const email = newEmail();
    await signUp(pages, pages.visitor(), email);
    const browser = pages.visitor();
    const planted = 'p'.repeat(43);
    browser.cookies.set(SESSION, planted);
    const done = await signIn(browser, email);
    expect(done.status).toBe(303);
    expect(browser.cookies.get(SESSION)).toMatch(/^[\w-]{43}$/);
    expect(browser.cookies.get(SESSION)).not.toBe(planted);
    browser.cookies.set(SESSION, planted);
    expect((await browser.get('/account')).status).toBe(303);
  });

  it('answer every kind of wrong alike', async () => {
    const [known, disabled, unknown] = [1, 2, 3].map(() => newEmail()) as [string, string, string];
    await signUp(pages, pages.visitor(), known);
    await signUp(pages, pages.visitor(), disabled);
    await disable(pages, disabled);
    const wrong = [
      [known, await signIn(pages.visitor(), known, 'not the password')],
      [disabled, await signIn(pages.visitor(), disabled)],
      [unknown, await signIn(pages.visitor(), unknown)],
    ] as const;
    const texts = new Set(wrong.map(([email, page]) => alike(page, email)));
    expect(texts.size).toBe(1);
    expect(wrong.map(([, page]) => page.status)).toEqual([400, 400, 400]);
    expect(wrong[0][1].text).toContain(known);
    expect(wrong[0][1].text).not.toContain('not the password');
  });

  it('answer alike for an email with an account and one without, when an account is created', async () => {
    const [taken, fresh] = [newEmail(), newEmail()];
    await signUp(pages, pages.visitor(), taken);
    const answers = await Promise.all(
      [taken, fresh].map(async (email) => {
        const fields = { name: 'Ada', email, password: PASSWORD };
        return alike(await pages.visitor().submit('/sign-up', '/sign-up', fields), email);
      }),
    );
    expect(answers[0]).toBe(answers[1]);
  });

  it('say what is wrong with a form, and keep what was typed except the password', async () => {
    const page = await pages.visitor().submit('/sign-up', '/sign-up', {
      name: 'Ada <b>',
      email: 'not an email',
      password: 'password',
    });
    expect(page.status).toBe(400);
    expect(page.text).toContain('id="email-error"');
    expect(page.text).toContain('id="password-error"');
    expect(page.text).toContain('That password was <strong>very weak</strong>');
    expect(page.text).not.toContain('id="name-error"');
    expect(page.text).toContain('value="Ada &lt;b&gt;"');
    expect(page.text).not.toContain('value="password"');
  });

  it('send a new code, and say so', async () => {
    const browser = pages.visitor();
    const email = newEmail();
    const sent = await browser.submit('/sign-up', '/sign-up', { name: 'Ada', email, password: PASSWORD });
    const ticket = sent.field('ticket');
    const again = await browser.post('/sign-up/resend', { csrf: sent.field('csrf'), ticket });
    expect(again.text).toContain('We have sent a new code.');
    const code = await codeFor(pages, email);
    const done = await browser.post('/sign-up/confirm', { csrf: again.field('csrf'), ticket, code });
    expect(done.status).toBe(303);
  });

  it('lead back to the beginning when a ticket is too old or made up', async () => {
    const browser = pages.visitor();
    const csrf = (await browser.get('/sign-up')).field('csrf');
    for (const [path, to] of [
      ['/sign-up/confirm', '/sign-up'],
      ['/sign-up/resend', '/sign-up'],
      ['/sign-in/confirm', '/sign-in'],
    ] as const) {
      expect((await browser.post(path, { csrf, ticket: 'x.y', code: '123456' })).location).toBe(to);
      expect((await browser.post(path, { csrf })).location).toBe(to);
      expect((await browser.get(path)).location).toBe(`${to}/code`);
      expect((await browser.get(`${to}/code`)).location).toBe(to);
    }
  });

  it('refuse a form without its token, and nothing changes', async () => {
    const browser = pages.visitor();
    await signUp(pages, browser, newEmail());
    expect((await browser.post('/sign-out', {})).status).toBe(403);
    expect((await browser.get('/account')).status).toBe(200);
  });

  it('ask again for the password when told to, though an owner is signed in', async () => {
    const browser = pages.visitor();
    await signUp(pages, browser, newEmail());
    expect((await browser.get('/sign-in?return_to=%2Fdevice')).location).toBe('/device');
    expect((await browser.get('/sign-in?return_to=%2Fdevice&again=1')).field('return_to')).toBe('/device');
  });
});

describe('where the browser goes on', () => {
  it('is where it was going, after creating an account and after signing in', async () => {
    const email = newEmail();
    const to = '/device?user_code=ABCD-EFGH';
    expect((await signUp(pages, pages.visitor(), email, to)).location).toBe(to);
    expect((await signIn(pages.visitor(), email, PASSWORD, { return_to: to })).location).toBe(to);
    expect((await pages.visitor().get('/sign-in?return_to=%2Fdevice')).text).toContain('link your device');
  });

  it('is checked again with the form', async () => {
    const email = newEmail();
    await signUp(pages, pages.visitor(), email);
    const done = await signIn(pages.visitor(), email, PASSWORD, { return_to: 'https://evil.example/' });
    expect(done.location).toBe('/account');
  });
});
