import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Busy } from '../../src/accounts/busy.ts';
import { Passwords } from '../../src/accounts/passwords.ts';
import type { Page, PageClient } from '../web/page-client.ts';
import { type AccountPages, startAccountPages } from './account-pages.ts';
import { CHEAP, disable, PASSWORD, PEPPER, quickPaces } from './account-world.ts';

const SESSION = 'latchkey_session';
let pages: AccountPages;
beforeAll(async () => {
  pages = await startAccountPages();
});
afterAll(() => pages.close());

async function signUp(browser: PageClient, email: string, returnTo?: string): Promise<Page> {
  const fields = { name: 'Ada', email, password: PASSWORD, ...(returnTo && { return_to: returnTo }) };
  const page = await browser.submit('/sign-up', '/sign-up', fields);
  const confirm = { csrf: page.field('csrf'), ticket: page.field('ticket') };
  return browser.post('/sign-up/confirm', { ...confirm, code: await pages.codeFor(email) });
}

const signIn = (browser: PageClient, email: string, password = PASSWORD, more: Record<string, string> = {}) =>
  browser.submit('/sign-in', '/sign-in', { email, password, ...more });

/** A page without what differs each time. */
const alike = (page: Page, email: string) =>
  page.text
    .replaceAll(email, 'EMAIL')
    .replace(/name="(csrf|ticket)" value="[^"]*"/g, '')
    .replace(/nonce="[^"]*"/g, '');

describe('the pages of an account', () => {
  it('lead a newcomer from the start page to their account, with the mail in the outbox', async () => {
    const browser = pages.browser();
    const email = pages.world.email();
    expect((await browser.get('/')).text).toContain('/sign-up');
    const sent = await browser.submit('/sign-up', '/sign-up', { name: 'Ada', email, password: PASSWORD });
    expect(sent.status).toBe(200);
    expect(sent.text).toContain(email);
    const code = await pages.codeFor(email);
    const [, id] = /href="(\/dev\/outbox\/[^"]+)"/.exec((await browser.get('/dev/outbox')).text) ?? [];
    expect((await browser.get(id ?? '')).text).toContain(code);
    const done = await browser.post('/sign-up/confirm', {
      csrf: sent.field('csrf'),
      ticket: sent.field('ticket'),
      code: ` ${code.slice(0, 3)} ${code.slice(3)} `,
    });
    expect([done.status, done.location]).toEqual([303, '/account']);
    expect((await browser.get('/account')).text).toContain(email);
    expect((await browser.get('/')).location).toBe('/account');
  });

  it('sign out on the server, not only in the browser', async () => {
    const browser = pages.browser();
    await signUp(browser, pages.world.email());
    const session = browser.cookies.get(SESSION) ?? '';
    const out = await browser.submit('/account', '/sign-out', {});
    expect([out.status, out.location]).toEqual([303, '/']);
    expect(browser.cookies.has(SESSION)).toBe(false);
    browser.cookies.set(SESSION, session);
    expect((await browser.get('/account')).location).toBe('/sign-in?return_to=%2Faccount');
  });

  it('sign in again with a new session id, and the one that was planted is worth nothing', async () => {
    const email = pages.world.email();
    await signUp(pages.browser(), email);
    const browser = pages.browser();
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
    const [known, disabled, unknown] = [1, 2, 3].map(() => pages.world.email()) as [string, string, string];
    await signUp(pages.browser(), known);
    await signUp(pages.browser(), disabled);
    await disable(pages.world, disabled);
    const wrong = [
      [known, await signIn(pages.browser(), known, 'not the password')],
      [disabled, await signIn(pages.browser(), disabled)],
      [unknown, await signIn(pages.browser(), unknown)],
    ] as const;
    const texts = new Set(wrong.map(([email, page]) => alike(page, email)));
    expect(texts.size).toBe(1);
    expect(wrong.map(([, page]) => page.status)).toEqual([400, 400, 400]);
    expect(wrong[0][1].text).toContain(known);
    expect(wrong[0][1].text).not.toContain('not the password');
  });

  it('answer alike for an email with an account and one without, when an account is created', async () => {
    const [taken, fresh] = [pages.world.email(), pages.world.email()];
    await signUp(pages.browser(), taken);
    const answers = await Promise.all(
      [taken, fresh].map(async (email) => {
        const fields = { name: 'Ada', email, password: PASSWORD };
        return alike(await pages.browser().submit('/sign-up', '/sign-up', fields), email);
      }),
    );
    expect(answers[0]).toBe(answers[1]);
  });

  it('say what is wrong with a form, and keep what was typed except the password', async () => {
    const page = await pages.browser().submit('/sign-up', '/sign-up', {
      name: 'Ada <b>',
      email: 'not an email',
      password: 'password',
    });
    expect(page.status).toBe(400);
    expect(page.text).toContain('id="email-fault"');
    expect(page.text).toContain('id="password-fault"');
    expect(page.text).not.toContain('id="name-fault"');
    expect(page.field('name')).toBe('Ada &lt;b&gt;');
    expect(page.field('password')).toBe('');
  });

  it('send a new code, and say so', async () => {
    const browser = pages.browser();
    const email = pages.world.email();
    const sent = await browser.submit('/sign-up', '/sign-up', { name: 'Ada', email, password: PASSWORD });
    const ticket = sent.field('ticket');
    const again = await browser.post('/sign-up/resend', { csrf: sent.field('csrf'), ticket });
    expect(again.text).toContain('We have sent a new code.');
    const code = await pages.codeFor(email);
    const done = await browser.post('/sign-up/confirm', { csrf: again.field('csrf'), ticket, code });
    expect(done.status).toBe(303);
  });

  it('lead back to the beginning when a ticket is too old or made up', async () => {
    const browser = pages.browser();
    const csrf = (await browser.get('/sign-up')).field('csrf');
    for (const [path, to] of [
      ['/sign-up/confirm', '/sign-up'],
      ['/sign-up/resend', '/sign-up'],
      ['/sign-in/confirm', '/sign-in'],
    ] as const) {
      expect((await browser.post(path, { csrf, ticket: 'x.y', code: '123456' })).location).toBe(to);
      expect((await browser.post(path, { csrf })).location).toBe(to);
      expect((await browser.get(path)).location).toBe(to);
    }
  });

  it('refuse a form without its token, and nothing changes', async () => {
    const browser = pages.browser();
    await signUp(browser, pages.world.email());
    expect((await browser.post('/sign-out', {})).status).toBe(403);
    expect((await browser.get('/account')).status).toBe(200);
  });

  it('ask again for the password when told to, though somebody is signed in', async () => {
    const browser = pages.browser();
    await signUp(browser, pages.world.email());
    expect((await browser.get('/sign-in?return_to=%2Fdevice')).location).toBe('/device');
    expect((await browser.get('/sign-in?return_to=%2Fdevice&again=1')).field('return_to')).toBe('/device');
  });
});

describe('where the browser goes on', () => {
  it('is where it was going, after creating an account and after signing in', async () => {
    const email = pages.world.email();
    const to = '/device?user_code=ABCD-EFGH';
    expect((await signUp(pages.browser(), email, to)).location).toBe(to);
    expect((await signIn(pages.browser(), email, PASSWORD, { return_to: to })).location).toBe(to);
    expect((await pages.browser().get('/sign-in?return_to=%2Fdevice')).text).toContain('link your device');
  });

  it('is checked again with the form', async () => {
    const email = pages.world.email();
    await signUp(pages.browser(), email);
    const done = await signIn(pages.browser(), email, PASSWORD, { return_to: 'https://evil.example/' });
    expect(done.location).toBe('/account');
  });
});

describe('limits', () => {
  it('are said with how long to wait; a browser that is known for the account is let in', async () => {
    const email = pages.world.email();
    const home = pages.browser();
    await signUp(home, email);
    await home.submit('/account', '/sign-out', {});
    const stranger = pages.browser();
    for (let i = 0; i < 5; i += 1) await signIn(stranger, email, 'not the password');
    const page = await signIn(stranger, email);
    expect(page.status).toBe(429);
    expect(Number(page.headers['retry-after'])).toBeGreaterThan(0);
    expect(page.text).toContain('Too many tries');
    expect((await signIn(home, email)).status).toBe(303);
  });

  it('that lead to a mailed code show the same page for a right and a wrong password', async () => {
    const inARow = { free: 3, firstDelay: 60_000, highestDelay: 60_000, memory: 60_000 };
    const own = await startAccountPages({ signInPaces: quickPaces({ inARow }) });
    const email = own.world.email();
    const browser = own.browser();
    const fields = { name: 'Ada', email, password: PASSWORD };
    const sent = await browser.submit('/sign-up', '/sign-up', fields);
    const code = await own.codeFor(email);
    await browser.post('/sign-up/confirm', { csrf: sent.field('csrf'), ticket: sent.field('ticket'), code });
    for (let i = 0; i < 3; i += 1) await signIn(own.browser(), email, 'not the password');
    const wrong = await signIn(own.browser(), email, 'not the password');
    const visitor = own.browser();
    const right = await signIn(visitor, email, PASSWORD, { return_to: '/device' });
    expect(right.status).toBe(200);
    expect(alike(right, email)).toBe(alike(wrong, email));
    const done = await visitor.post('/sign-in/confirm', {
      csrf: right.field('csrf'),
      ticket: right.field('ticket'),
      code: await own.codeFor(email),
    });
    expect([done.status, done.location]).toEqual([303, '/device']);
    await own.close();
  });

  it('of the server itself are 503 with when to come again', async () => {
    const passwords = await Passwords.create(PEPPER, { cost: CHEAP });
    passwords.verify = async () => {
      throw new Busy();
    };
    const busy = await startAccountPages({ passwords });
    const page = await signIn(busy.browser(), 'ada@example.org');
    expect([page.status, page.headers['retry-after']]).toEqual([503, '3']);
    await busy.close();
  });
});

describe('creating accounts that is not open', () => {
  it.each([
    ['invite', 'by invitation'],
    ['closed', 'New accounts are closed'],
  ] as const)('says so: %s', async (mode, words) => {
    const shut = await startAccountPages({ signUp: mode });
    const browser = shut.browser();
    expect((await browser.get('/sign-up')).text).toContain(words);
    const csrf = (await browser.get('/sign-in')).field('csrf');
    const posted = await browser.post('/sign-up', {
      csrf,
      name: 'A',
      email: 'a@example.org',
      password: PASSWORD,
    });
    expect(posted.status).toBe(403);
    expect((await browser.get('/')).text).not.toContain('href="/sign-up');
    await shut.close();
  });
});

describe('the log', () => {
  it('tells of sign-ins, right and wrong, and holds no email, password, code or session', async () => {
    const email = pages.world.email();
    const browser = pages.browser();
    await signUp(browser, email);
    await signIn(pages.browser(), email, 'a very wrong password');
    const log = pages.logged();
    expect(log).toContain('"event":"signed-in"');
    expect(log).toContain('"event":"sign-in-refused"');
    const secrets = [email, PASSWORD, 'a very wrong password', await pages.codeFor(email)];
    for (const secret of [...secrets, browser.cookies.get(SESSION) ?? 'none']) {
      expect(log).not.toContain(secret);
    }
  });
});
