/** Changing the password, over the whole server. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accountWorld, visit } from '../accounts/account-world.ts';
import { sessionOf } from '../support/aged-proof.ts';
import { DeviceClient } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { pauseBefore } from '../support/pausing.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { Page, PageClient } from '../web/page-client.ts';

const NEW = 'seven unlikely umbrellas';
const AT = '/account/security/password';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer();
});
afterAll(() => server.close());

/** The codes that were mailed for this, the newest last; waits until there are so many. */
async function codesFor(email: string, atLeast: number): Promise<string[]> {
  const subject = 'is your Latchkey code to change your password';
  const mails = await eventually(`${atLeast} × “${subject}”`, () => {
    const come = server.mails.filter((mail) => mail.to === email && mail.subject.endsWith(subject));
    return come.length >= atLeast && come;
  });
  return mails.map(({ text }) => /\b\d{6}\b/.exec(text)?.[0] ?? '');
}

const newestCode = async (email: string, atLeast = 1) => (await codesFor(email, atLeast)).at(-1) ?? '';

/** The page that asks for the code. */
async function toCode(pages: PageClient, password = PASSWORD): Promise<Page> {
  const asked = await pages.get(AT);
  return pages.post('/account/prove', { csrf: asked.field('csrf'), held: asked.field('held'), password });
}

/** The page that asks for the new password. */
async function toNew(pages: PageClient, email: string, password = PASSWORD): Promise<Page> {
  const before = (await codesFor(email, 0)).length;
  const page = await toCode(pages, password);
  return sendCode(pages, page, await newestCode(email, before + 1));
}

const sendCode = (pages: PageClient, page: Page, code: string) =>
  pages.post(`${AT}/code`, { csrf: page.field('csrf'), ticket: page.field('ticket'), code });

const save = (pages: PageClient, page: Page, password: string) =>
  pages.post(`${AT}/new`, { csrf: page.field('csrf'), pass: page.field('pass'), password });

const signIn = async (email: string, password: string) => {
  const pages = server.visitor();
  const page = await pages.submit('/sign-in', '/sign-in', { email, password });
  return { pages, isIn: page.status === 303 };
};

async function linkedDevice(pages: PageClient): Promise<{ device: DeviceClient; token: string }> {
  const device = new DeviceClient(server.issuer);
  const { body } = await device.authorize();
  const typed = { user_code: String(body['user_code']) };
  const confirm = await pages.submit('/device', '/device', typed);
  const ticket = confirm.field('ticket');
  const fields = { csrf: confirm.field('csrf'), ticket, ...typed, decision: 'approve' };
  await pages.post('/device/confirm', fields);
  const answer = await device.poll(String(body['device_code']));
  return { device, token: String(answer.body['refresh_token']) };
}

describe('changing the password', () => {
  it('begins where a password manager looks for it, signed in or not; another address there is none', async () => {
    const { pages } = await server.signUp();
    for (const visitor of [pages, server.visitor()]) {
      const found = await visitor.get('/.well-known/change-password');
      expect([found.status, found.location]).toEqual([303, '/account/security/password']);
      const missing = await visitor.get(
        '/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200',
      );
      expect(missing.status).toBe(404);
    }
  });

  it('takes the old one, a code by mail and the new one; ends everything but this browser, and says so', async () => {
    const { email, pages } = await server.signUp();
    const { device, token } = await linkedDevice(pages);
    const other = await signIn(email, PASSWORD);
    const before = sessionOf(pages);
    const done = await save(pages, await toNew(pages, email), NEW);
    expect([done.status, done.location]).toEqual([303, expect.stringContaining(`${AT}/changed`)]);
    const told = (await pages.get(done.location)).text;
    expect(told).toContain('1 device or app, 1 other browser');
    expect(sessionOf(pages)).not.toBe(before);
    expect((await other.pages.get('/account')).status).toBe(303);
    expect((await device.refresh(token)).body['error']).toBe('invalid_grant');
    expect((await signIn(email, PASSWORD)).isIn).toBe(false);
    expect((await signIn(email, NEW)).isIn).toBe(true);
    const browser = await server.stores.browsers.resume(sessionOf(pages));
    const events = await server.stores.activity.list(browser?.accountId ?? '', { most: 20 });
    expect(events.map(({ event }) => event.kind)).toContain('password-changed');
  });

  it('asks for the old password however fresh the sign-in is, and goes no way around it', async () => {
    const { email, pages } = await server.signUp();
    const asked = await pages.get(AT);
    expect(asked.text).toContain('Before your password can be changed');
    const skipped = await pages.post(AT, { csrf: asked.field('csrf') });
    expect(skipped.text).toContain('Before your password can be changed');
    const wrong = await toCode(pages, 'not the password');
    expect(wrong.status).toBe(400);
    expect(await codesFor(email, 0)).toEqual([]);
    for (const step of ['code', 'resend', 'new']) {
      const page = await pages.post(`${AT}/${step}`, {
        csrf: asked.field('csrf'),
        ticket: 'made up',
        pass: 'made up',
        code: '123456',
        password: NEW,
      });
      expect(page.location).toContain('/account/security');
      expect((await pages.get(`${AT}/${step}`)).location).toBe(step === 'resend' ? `${AT}/code` : AT);
    }
  });

  it('counts wrong passwords as a sign-in does', async () => {
    const { pages } = await server.signUp();
    for (let tries = 0; tries < 5; tries += 1) expect((await toCode(pages, 'wrong')).status).toBe(400);
    expect((await toCode(pages)).status).toBe(429);
  });

  it('changes nothing with a wrong code, and none at all after five', async () => {
    const { email, pages } = await server.signUp();
    const page = await toCode(pages);
    const code = await newestCode(email);
    const others = ['000000', '111111', '222222', '333333', '444444', '555555'].filter((one) => one !== code);
    const said = [];
    for (const wrong of others.slice(0, 5)) said.push((await sendCode(pages, page, wrong)).text);
    expect(said[0]).toContain('That code doesn’t work');
    expect(said[4]).toContain('tried too often');
    expect((await sendCode(pages, page, code)).field('pass')).toBe('');
    expect((await sendCode(pages, page, 'abc')).text).toContain('Enter the 6 digits');
  });

  it('sends a new code, and the former one no longer works', async () => {
    const { email, pages } = await server.signUp();
    const page = await toCode(pages);
    const former = await newestCode(email);
    const again = await pages.post(`${AT}/resend`, {
      csrf: page.field('csrf'),
      ticket: page.field('ticket'),
    });
    expect(again.text).toContain('We have sent a new code.');
    const newest = await newestCode(email, 2);
    if (former !== newest) expect((await sendCode(pages, page, former)).status).toBe(400);
    expect((await sendCode(pages, page, newest)).field('pass')).not.toBe('');
  });

  it('says why a new password is weak, how weak it is, and keeps the rest', async () => {
    const { email, pages } = await server.signUp();
    const page = await toNew(pages, email);
    const refused = await save(pages, page, 'passwordpassword');
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('That password repeats itself');
    expect(refused.text).toContain('<meter');
    expect(refused.text).toContain('<strong>very weak</strong>');
    expect(refused.text).not.toContain('passwordpassword');
    expect((await save(pages, page, email)).text).toContain('first things that people try');
    expect((await save(pages, refused, NEW)).location).toContain('/changed');
  });

  it('is worth nothing in another browser, of the same owner or of another', async () => {
    const { email, pages } = await server.signUp();
    const page = await toNew(pages, email);
    const same = await signIn(email, PASSWORD);
    const other = await server.signUp();
    for (const thief of [same.pages, other.pages]) {
      const csrf = (await thief.get('/account')).field('csrf');
      const tried = await thief.post(`${AT}/new`, { csrf, pass: page.field('pass'), password: NEW });
      expect(tried.location).toContain('/account/security?notice=');
    }
    expect((await signIn(email, PASSWORD)).isIn).toBe(true);
  });
});

describe('at the same time', () => {
  it('two changes from two browsers: one wins, its password works and its browser stays', async () => {
    const { email, pages } = await server.signUp();
    const second = (await signIn(email, PASSWORD)).pages;
    const open = [
      { pages, page: await toNew(pages, email), password: 'first of two umbrellas' },
      { pages: second, page: await toNew(second, email), password: 'second of two umbrellas' },
    ];
    const done = await Promise.all(open.map((one) => save(one.pages, one.page, one.password)));
    const won = done.map(({ location }) => location.includes('/changed'));
    expect(won.filter(Boolean)).toHaveLength(1);
    for (const [index, one] of open.entries()) {
      expect((await signIn(email, one.password)).isIn).toBe(won[index]);
      expect((await one.pages.get('/account')).status).toBe(won[index] ? 200 : 303);
    }
  });

  it('the same change 20 times from one browser: it happens once', async () => {
    const { email, pages } = await server.signUp();
    const page = await toNew(pages, email);
    const done = await Promise.all(Array.from({ length: 20 }, () => save(pages, page, NEW)));
    expect(done.filter(({ location }) => location.includes('/changed'))).toHaveLength(1);
    expect(done.every(({ status }) => status < 500)).toBe(true);
    const account = await server.stores.accounts.findByEmail(email);
    expect(account?.epoch).toBe(2);
  });

  it('a sign-in that is under way with the old password is dead on arrival', async () => {
    await using world = await accountWorld();
    const email = world.email();
    await world.create(email);
    const account = await world.stores.accounts.findByEmail(email);
    if (!account) throw new Error('no account');
    const pause = pauseBefore(world.stores.browsers, 'insert');
    const entering = world.guess(email, PASSWORD, visit());
    await pause.reached;
    const event = { kind: 'password-changed', by: 'owner' } as const;
    await world.stores.accounts.changePassword(account, { passwordHash: 'another' }, event);
    pause.letGo();
    expect((await entering).outcome).toBe('wrong');
  });

  it('a proof that is under way with the old password does not reach the browser that stays', async () => {
    const { email, pages } = await server.signUp();
    const page = await toNew(pages, email);
    const before = sessionOf(pages);
    const thief = server.visitor();
    for (const [name, value] of pages.cookies) thief.cookies.set(name, value);
    const asked = await thief.get(AT);
    const fields = { csrf: asked.field('csrf'), held: asked.field('held'), password: PASSWORD };
    const [done] = await Promise.all([save(pages, page, NEW), thief.post('/account/prove', fields)]);
    const kept = done.location.includes('/changed') ? 200 : 303;
    expect((await pages.get('/account')).status).toBe(kept);
    expect((await thief.get('/account')).status).toBe(kept === 200 ? 303 : 200);
    expect(await server.stores.browsers.resume(before)).toBeUndefined();
  });
});
