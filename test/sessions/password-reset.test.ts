/** A forgotten password, over the whole server. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sessionOf } from '../support/aged-proof.ts';
import { eventually } from '../support/eventually.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { Page, PageClient } from '../web/page-client.ts';

const NEW = 'seven unlikely umbrellas';
const SUBJECT = 'Choose a new password';

let server: WholeServer;
beforeAll(async () => {
  // Everybody here has one address.
  server = await startWholeServer({
    LIMIT_FORGOTTEN_MAIL_NETWORK: '10000/1h 1s..1s',
  });
});
afterAll(() => server.close());

const ask = (email: string, pages = server.visitor()) =>
  pages.submit('/forgot-password', '/forgot-password', { email });

const emailsTo = (email: string) =>
  server.mails.filter(({ to, subject }) => to === email && subject === SUBJECT);

/** The path of the newest link, once there are so many. */
async function linkFor(email: string, atLeast = 1): Promise<string> {
  await eventually(`${atLeast} × “${SUBJECT}”`, () => emailsTo(email).length >= atLeast);
  const text = emailsTo(email).at(-1)?.text ?? '';
  return /\/forgot-password\/link\/[\w-]+/.exec(text)?.[0] ?? '';
}

/** Follows the link; the page behind it. */
async function open(pages: PageClient, link: string): Promise<Page> {
  const clean = await pages.get(link);
  expect([clean.status, clean.location]).toEqual([303, '/forgot-password/new']);
  return pages.get(clean.location);
}

const save = (pages: PageClient, page: Page, password = NEW) =>
  pages.post('/forgot-password/new', { csrf: page.field('csrf'), pass: '', password });

const canSignIn = async (email: string, password: string) =>
  (await server.visitor().submit('/sign-in', '/sign-in', { email, password })).status === 303;

describe('a forgotten password', () => {
  it('is replaced by a link from the mail; everything that was signed in ends, and this browser is signed in', async () => {
    const { email, pages: old } = await server.signUp();
    const pages = server.visitor();
    expect((await ask(email, pages)).text).toContain('If there is an account with the email');
    const page = await open(pages, await linkFor(email));
    expect(page.text).toContain(email);
    const done = await save(pages, page);
    expect([done.status, done.location]).toEqual([303, expect.stringContaining('/password/changed')]);
    expect((await pages.get(done.location)).text).toContain('1 other browser');
    expect((await pages.get('/account')).status).toBe(200);
    expect((await old.get('/account')).status).toBe(303);
    expect(await canSignIn(email, PASSWORD)).toBe(false);
    expect(await canSignIn(email, NEW)).toBe(true);
    const browser = await server.stores.browsers.resume(sessionOf(pages));
    expect(browser?.amr).toEqual(['otp']);
    const events = await server.stores.activity.list(browser?.accountId ?? '', { most: 10 });
    expect(events.map(({ event }) => event.kind)).toContain('password-reset');
  });

  it('the link works in the browser it is opened in, whichever that is, and only once', async () => {
    const { email } = await server.signUp();
    await ask(email);
    const link = await linkFor(email);
    const pages = server.visitor();
    expect((await save(pages, await open(pages, link))).status).toBe(303);
    const late = server.visitor();
    expect((await open(late, link)).text).toContain('That link no longer works.');
    const csrf = (await late.get('/forgot-password')).field('csrf');
    await late.get(link);
    const again = await late.post('/forgot-password/new', { csrf, password: 'another unlikely umbrella' });
    expect(again.status).toBe(400);
    expect(await canSignIn(email, NEW)).toBe(true);
  });

  it('50 at once with one link: one replaces it', async () => {
    const { email } = await server.signUp();
    await ask(email);
    const pages = server.visitor();
    const page = await open(pages, await linkFor(email));
    const tries = Array.from({ length: 50 }, (_, index) => save(pages, page, `umbrella of number ${index}x`));
    const done = await Promise.all(tries);
    expect(done.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(done.every(({ status }) => [303, 400, 503].includes(status))).toBe(true);
    const winner = done.findIndex(({ status }) => status === 303);
    expect(await canSignIn(email, `umbrella of number ${winner}x`)).toBe(true);
    expect((await server.stores.accounts.findByEmail(email))?.epoch).toBe(2);
  });

  it('a mail scanner that opens the link, however often and by whatever method, changes nothing', async () => {
    const { email } = await server.signUp();
    await ask(email);
    const link = await linkFor(email);
    for (const method of ['GET', 'HEAD', 'GET']) {
      const scanner = server.visitor();
      await scanner.send(method, link);
      await scanner.send(method, '/forgot-password/new');
    }
    expect(await canSignIn(email, PASSWORD)).toBe(true);
    const pages = server.visitor();
    expect((await save(pages, await open(pages, link))).status).toBe(303);
  });

  it('is answered alike for an account, none, and a disabled one; only the first gets mail', async () => {
    const { email } = await server.signUp();
    const disabled = (await server.signUp()).email;
    const account = await server.stores.accounts.findByEmail(disabled);
    await server.stores.accounts.setStatus(account?.id as NonNullable<typeof account>['id'], 'disabled');
    const emails = [email, 'nobody-at-all@example.org', disabled];
    const answers = await Promise.all(emails.map((one) => ask(one)));
    const alike = answers.map(({ status, text }, index) => [
      status,
      text.replaceAll(emails[index] ?? '', 'EMAIL').replace(/name="csrf" value="[^"]*"/g, ''),
    ]);
    expect(new Set(alike.map((one) => JSON.stringify(one))).size).toBe(1);
    await linkFor(email);
    expect(emailsTo('nobody-at-all@example.org')).toEqual([]);
    expect(emailsTo(disabled)).toEqual([]);
  });

  it('is slowed down for one email, with an account or without', async () => {
    const { email } = await server.signUp();
    for (const one of [email, 'somebody-else@example.org']) {
      for (let times = 0; times < 5; times += 1) expect((await ask(one)).status).toBe(200);
      const late = await ask(one);
      expect(late.status).toBe(429);
      expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
    }
  });

  it('the link dies with whatever ends the account’s sign-ins, and with a change of the email', async () => {
    for (const meanwhile of ['signOutEverything', 'disable', 'moveEmail'] as const) {
      const { email } = await server.signUp();
      await ask(email);
      const link = await linkFor(email);
      const { accounts } = server.stores;
      const account = await accounts.findByEmail(email);
      if (!account) throw new Error('no account');
      if (meanwhile === 'signOutEverything') await accounts.signOutEverything(account.id);
      if (meanwhile === 'disable') await accounts.setStatus(account.id, 'disabled');
      if (meanwhile === 'moveEmail')
        await accounts.moveEmail(account, `moved-${email}`, { kind: 'email-changed', by: 'owner' });
      expect((await open(server.visitor(), link)).text).toContain('That link no longer works.');
    }
  });

  it('says why a new password is weak, and the link still works', async () => {
    const { email } = await server.signUp();
    await ask(email);
    const pages = server.visitor();
    const refused = await save(pages, await open(pages, await linkFor(email)), 'xk3!fq9z');
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('Use at least 15 characters');
    expect((await save(pages, refused)).status).toBe(303);
  });

  it('never goes around a second factor', async () => {
    const { email } = await server.signUp();
    const account = await server.stores.accounts.findByEmail(email);
    if (!account) throw new Error('no account');
    const app = {
      kind: 'totp',
      id: 'app',
      name: 'App',
      seed: 'JBSWY3DPEHPK3PXP',
      createdAt: 1,
      lastStep: 0,
    } as const;
    const added = await server.stores.factors.add({ accountId: account.id, epoch: account.epoch }, app, {
      kind: 'factor-added',
      by: 'owner',
    });
    expect(added).toBe('added');
    await ask(email);
    const pages = server.visitor();
    const page = await open(pages, await linkFor(email));
    expect(page.text).toContain('At least 8 characters');
    expect((await save(pages, page, 'xk3!fq9z')).location).toMatch(/^\/sign-in\/second-step\?/);
    expect((await pages.get('/account')).location).toContain('/sign-in');
    expect((await server.stores.accounts.findByEmail(email))?.epoch).toBe(2);
  });

  it('asks for an email, and says when it is none', async () => {
    expect((await ask('')).text).toContain('Enter your email address.');
    expect((await ask('ada')).text).toContain('does not look like an email address');
  });

  it('the token stands in no address of ours but the link, and in no key or value of the store', async () => {
    const { email } = await server.signUp();
    await ask(email);
    const link = await linkFor(email);
    const token = link.split('/').at(-1) ?? '';
    const pages = server.visitor();
    const clean = await pages.get(link);
    expect(clean.location).not.toContain(token);
    expect(clean.headers['referrer-policy']).toBe('no-referrer');
    const page = await pages.get(clean.location);
    expect(page.text).not.toContain(token);
    const { redis } = server.stores.connection;
    const keys = await redis.keys(`${server.stores.prefix}*`);
    expect(keys.join('\n')).not.toContain(token);
  });
});
