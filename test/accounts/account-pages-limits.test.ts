import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Passwords } from '../../src/accounts/passwords.ts';
import { Busy } from '../../src/errors/server-busy.ts';
import { CHEAP } from '../support/cheap-hashing.ts';
import { shows } from '../support/spellings.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { alike, cheapPasswords, codeFor, newEmail, SESSION, signIn, signUp } from './account-pages.ts';
import { guessLimits, PASSWORD, PEPPER } from './account-world.ts';

let pages: WholeServer;
beforeAll(async () => {
  pages = await startWholeServer({}, undefined, { outbox: true, passwords: await cheapPasswords() });
});
afterAll(() => pages.close());

describe('limits', () => {
  it('are said with how long to wait; a browser that is known for the account is let in', async () => {
    const email = newEmail();
    const home = pages.visitor();
    await signUp(pages, home, email);
    await home.submit('/account', '/sign-out', {});
    const stranger = pages.visitor();
    for (let i = 0; i < 5; i += 1) await signIn(stranger, email, 'not the password');
    const page = await signIn(stranger, email);
    expect(page.status).toBe(429);
    expect(Number(page.headers['retry-after'])).toBeGreaterThan(0);
    expect(page.text).toContain('Too many tries');
    expect((await signIn(home, email)).status).toBe(303);
  });

  it('that lead to a mailed code show the same page for a right and a wrong password', async () => {
    const inARow = { free: 3, firstDelay: 60_000, highestDelay: 60_000, memory: 60_000 };
    await using own = await startWholeServer({}, undefined, {
      ...guessLimits({ PASSWORD_IN_A_ROW: inARow }),
      outbox: true,
      passwords: await cheapPasswords(),
    });
    const email = newEmail();
    const browser = own.visitor();
    const fields = { name: 'Ada', email, password: PASSWORD };
    const sent = await browser.submit('/sign-up', '/sign-up', fields);
    const code = await codeFor(own, email);
    await browser.post('/sign-up/confirm', { csrf: sent.field('csrf'), ticket: sent.field('ticket'), code });
    for (let i = 0; i < 3; i += 1) await signIn(own.visitor(), email, 'not the password');
    const wrong = await signIn(own.visitor(), email, 'not the password', { return_to: '/device' });
    const visitor = own.visitor();
    const right = await signIn(visitor, email, PASSWORD, { return_to: '/device' });
    expect(right.status).toBe(200);
    expect(alike(right, email)).toBe(alike(wrong, email));
    const done = await visitor.post('/sign-in/confirm', {
      csrf: right.field('csrf'),
      ticket: right.field('ticket'),
      code: await codeFor(own, email),
    });
    expect([done.status, done.location]).toEqual([303, '/device']);
  });

  it('of the server itself are 503 with when to come again', async () => {
    const passwords = await Passwords.create(PEPPER, { cost: CHEAP });
    passwords.verify = async () => {
      throw new Busy();
    };
    await using busy = await startWholeServer({}, undefined, { outbox: true, passwords });
    const page = await signIn(busy.visitor(), 'ada@example.org');
    expect([page.status, page.headers['retry-after']]).toEqual([503, '3']);
  });
});

describe('creating accounts that is not open', () => {
  it.each([
    ['invite', 'by invitation'],
    ['closed', 'New accounts are closed'],
  ] as const)('says so: %s', async (mode, words) => {
    await using shut = await startWholeServer({ SIGN_UP: mode }, undefined, { outbox: true });
    const browser = shut.visitor();
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
  });
});

describe('the log', () => {
  it('tells of sign-ins, right and wrong, and holds no email, password, code or session', async () => {
    const email = newEmail();
    const browser = pages.visitor();
    await signUp(pages, browser, email);
    await signIn(pages.visitor(), email, 'a very wrong password');
    const log = pages.logged();
    expect(log).toContain('"event":"signed-in"');
    expect(log).toContain('"event":"sign-in-refused"');
    const secrets = [email, PASSWORD, 'a very wrong password', await codeFor(pages, email)];
    for (const secret of [...secrets, browser.cookies.get(SESSION) ?? 'none']) {
      expect([secret, shows(log, secret)]).toEqual([secret, false]);
    }
  });
});
