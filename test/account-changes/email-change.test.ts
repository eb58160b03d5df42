/** Changing the email of an account, over the whole server. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ageProof, sessionOf } from '../support/aged-proof.ts';
import { eventually } from '../support/eventually.ts';
import { otherCode } from '../support/other-code.ts';
import { randomId } from '../support/test-stores.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { Page, PageClient } from '../web/page-client.ts';

const AT = '/account/settings/email';
const CODE = 'is your Latchkey code to confirm your new email';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer();
});
afterAll(() => server.close());

const newEmail = () => `${randomId().toLowerCase()}@example.org`;
const subjectsTo = (email: string) =>
  server.mails.filter(({ to }) => to === email).map(({ subject }) => subject);

async function mailed(email: string, subject: string): Promise<string> {
  const { text } = await eventually(`the mail “${subject}”`, () =>
    server.mails.findLast((one) => one.to === email && one.subject.endsWith(subject)),
  );
  return text;
}

const codeTo = async (email: string) => /\b\d{6}\b/.exec(await mailed(email, CODE))?.[0] ?? '';
const begin = (pages: PageClient, email: string) => pages.submit(AT, AT, { email });
const sendCode = (pages: PageClient, page: Page, code: string) =>
  pages.post(`${AT}/code`, { csrf: page.field('csrf'), ticket: page.field('ticket'), code });
const canSignIn = async (email: string) =>
  (await server.visitor().submit('/sign-in', '/sign-in', { email, password: PASSWORD })).status === 303;

describe('changing the email', () => {
  it('takes a code from the new one; the old one is told at both ends, and leads nowhere afterwards', async () => {
    const { email: old, pages } = await server.signUp();
    const email = newEmail();
    const page = await begin(pages, ` ${email.toUpperCase()} `);
    expect(page.text).toContain(email);
    await mailed(old, 'The email of your account is about to be changed');
    expect(await canSignIn(email)).toBe(false);
    const done = await sendCode(pages, page, await codeTo(email));
    expect((await pages.get(done.location)).text).toContain('Your email is changed.');
    expect((await pages.get('/account/settings')).text).toContain(email);
    await mailed(old, 'The email of your account was changed');
    expect(await canSignIn(email)).toBe(true);
    expect(await canSignIn(old)).toBe(false);
    const browser = await server.stores.browsers.resume(sessionOf(pages));
    const events = await server.stores.activity.list(browser?.accountId ?? '', { most: 10 });
    expect(events.map(({ event }) => event.kind)).toContain('email-changed');
  });

  it('says nothing of whether another account has the email: its owner is told, and no code leads there', async () => {
    const taken = (await server.signUp()).email;
    const free = newEmail();
    const answers = [];
    for (const email of [taken, free]) {
      const { pages, email: mine } = await server.signUp();
      const page = await begin(pages, email);
      const right = email === free ? [await codeTo(free)] : [];
      const wrong = await sendCode(pages, page, otherCode(...right));
      answers.push(
        [page, wrong].map(({ status, text }) => [
          status,
          text
            .replaceAll(email, 'EMAIL')
            .replaceAll(mine, 'MINE')
            .replace(/name="(csrf|ticket)" value="[^"]*"/g, ''),
        ]),
      );
    }
    expect(answers[0]).toEqual(answers[1]);
    await mailed(taken, 'This email has an account already');
    expect(subjectsTo(taken)).not.toContain(CODE);
  });

  it('of two accounts that want the same email at once, one gets it', async () => {
    const email = newEmail();
    const owners = await Promise.all([server.signUp(), server.signUp()]);
    const open: { pages: PageClient; page: Page; code: string; old: string }[] = [];
    for (const { pages, email: old } of owners) {
      const before = subjectsTo(email).length;
      const page = await begin(pages, email);
      await eventually('another mail', () => subjectsTo(email).length > before);
      open.push({ pages, page, old, code: await codeTo(email) });
    }
    const done = await Promise.all(open.map((one) => sendCode(one.pages, one.page, one.code)));
    const said = await Promise.all(done.map(({ location }, n) => open[n]?.pages.get(location)));
    const changed = said.map((page) => page?.text.includes('Your email is changed.'));
    expect(changed.filter(Boolean)).toHaveLength(1);
    expect(said.some((page) => page?.text.includes('Another account has that email by now.'))).toBe(true);
    expect(await canSignIn(email)).toBe(true);
    for (const [n, { old }] of open.entries()) expect(await canSignIn(old)).toBe(!changed[n]);
  });

  it('one code 20 times at once changes it once', async () => {
    const { pages } = await server.signUp();
    const email = newEmail();
    const page = await begin(pages, email);
    const code = await codeTo(email);
    const done = await Promise.all(Array.from({ length: 20 }, () => sendCode(pages, page, code)));
    expect(done.every(({ status }) => status < 500)).toBe(true);
    const account = await server.stores.accounts.findByEmail(email);
    const events = await server.stores.activity.list(account?.id ?? '', { most: 50 });
    expect(events.filter(({ event }) => event.kind === 'email-changed')).toHaveLength(1);
  });

  it('comes to nothing once everything is signed out, as a new password does', async () => {
    const { email: old, pages } = await server.signUp();
    const email = newEmail();
    const page = await begin(pages, email);
    const code = await codeTo(email);
    const account = await server.stores.accounts.findByEmail(old);
    if (account) await server.stores.accounts.signOutEverything(account.id);
    const again = server.visitor();
    await again.submit('/sign-in', '/sign-in', { email: old, password: PASSWORD });
    const csrf = (await again.get('/account')).field('csrf');
    const late = await again.post(`${AT}/code`, { csrf, ticket: page.field('ticket'), code });
    expect((await again.get(late.location)).text).toContain('Begin again.');
    expect((await server.stores.accounts.findByEmail(old))?.id).toBe(account?.id);
  });

  it('asks for a fresh proof first, and goes on to the form that was posted', async () => {
    const { pages } = await server.signUp();
    const csrf = (await pages.get(AT)).field('csrf');
    await ageProof(server.stores, pages, 6);
    expect((await pages.get(AT)).text).toContain('Before your email can be changed');
    const email = newEmail();
    const asked = await pages.post(AT, { csrf, email });
    expect(asked.text).toContain('Before your email can be changed');
    expect(subjectsTo(email)).toEqual([]);
    const fields = { csrf: asked.field('csrf'), held: asked.field('held'), password: PASSWORD };
    const page = await pages.post('/account/prove', fields);
    expect(page.text).toContain('We sent a 6-digit code');
    expect(await codeTo(email)).toMatch(/^\d{6}$/);
  });

  it('says what is wrong with an email, and when it is the one of now', async () => {
    const { email, pages } = await server.signUp();
    for (const [typed, words] of [
      ['', 'Enter your email address.'],
      ['ada', 'does not look like an email address'],
      [email.toUpperCase(), 'That is your email already.'],
    ] as const) {
      const page = await begin(pages, typed);
      expect(page.status).toBe(400);
      expect(page.text).toContain(words);
    }
  });

  it('is slowed down after five codes for one account', async () => {
    const { pages } = await server.signUp();
    for (let times = 0; times < 5; times += 1) expect((await begin(pages, newEmail())).status).toBe(200);
    expect((await begin(pages, newEmail())).status).toBe(429);
  });
});
