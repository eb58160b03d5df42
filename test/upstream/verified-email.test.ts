/** `link_by: verified_email`: the provider speaks for emails of some domains, and gets into no account by it alone. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newSeed } from '../../src/mfa/authenticator-app.ts';
import { newApp } from '../redis/contract/factors.ts';
import { TestApp } from '../support/authenticator-app.ts';
import { besidesAlerts } from '../support/besides-alerts.ts';
import { randomId } from '../support/test-stores.ts';
import { CORP, LINKS, UpstreamWorld } from '../support/upstream-world.ts';
import type { Page, PageClient } from '../web/page-client.ts';

const FOUND = `${LINKS}/corp/found`;
const OFFER = 'Mail me a code to';
/** Where it is said that a code is wrong. */
const AGAIN = /\/code\?answer=/;

let world: UpstreamWorld;
beforeAll(async () => {
  const entry = { link_by: 'verified_email', email_domains: ['example.org'], import: { name: 'always' } };
  world = await UpstreamWorld.start({ entry });
});
afterAll(() => world.close());

let sub: string;
let visitor: PageClient;
beforeEach(() => {
  sub = `sub-${randomId()}`;
  world.provider.honest();
  visitor = world.server.visitor();
});

const stores = () => world.server.stores;
const accountOf = async (email: string) => {
  const account = await stores().accounts.findByEmail(email);
  if (!account) throw new Error('no account');
  return account;
};
const linkOf = () => stores().upstreamLinks.find({ issuer: world.provider.issuer, subject: sub });
const codeFor = async (email: string) => /\b\d{6}\b/.exec(await world.server.mailTo(email))?.[0] ?? '';

/** The provider says that it is a person with this email. */
async function arrives(pages: PageClient, email: string, more = {}): Promise<Page> {
  world.provider.person = { sub, email, email_verified: true, name: 'Ada There', ...more };
  return world.signIn(pages);
}

async function asksForCode(pages: PageClient): Promise<Page> {
  const csrf = (await pages.get('/sign-in')).field('csrf');
  return pages.post(`${CORP}/mail`, { csrf });
}

function enters(pages: PageClient, page: Page, code: string): Promise<Page> {
  const [csrf, ticket] = [page.field('csrf'), page.field('ticket')];
  return pages.postAlone(`${CORP}/code`, { csrf, ticket, code });
}

const creates = async (pages: PageClient, email: string) =>
  pages.postAlone(`${CORP}/new`, { csrf: (await pages.get('/sign-in')).field('csrf'), name: 'Ada', email });

describe('an owner for whose email the provider speaks', () => {
  it('signs in by a code to that mailbox, and links the two then', async () => {
    const { email } = await world.owner();
    expect((await arrives(visitor, email)).text).toContain(`${OFFER} ${email}`);
    const right = await enters(visitor, await asksForCode(visitor), await codeFor(email));
    expect(right.location).toBe(FOUND);
    expect(await linkOf()).toBeUndefined();
    await visitor.submit(FOUND, FOUND, {});
    expect((await linkOf())?.accountId).toBe((await accountOf(email)).id);
    const again = world.server.visitor();
    await world.signIn(again);
    expect(await world.whoIsIn(again)).toBe(email);
  });

  it('is asked for the second step of the account, too', async () => {
    const { email } = await world.owner();
    const { id: accountId, epoch } = await accountOf(email);
    const factor = { ...newApp(), seed: new TestApp(newSeed()).seed, lastStep: 0 };
    await stores().factors.add({ accountId, epoch }, factor, { kind: 'factor-added', by: 'owner' });
    await arrives(visitor, email);
    const right = await enters(visitor, await asksForCode(visitor), await codeFor(email));
    expect(right.location).toContain('/sign-in/second-step');
    expect(await world.whoIsIn(visitor)).toBe('');
  });

  it('gets one account without a code, where two of their browsers create it at once', async () => {
    const email = `${randomId().toLowerCase()}@example.org`;
    const other = world.server.visitor();
    await arrives(visitor, email);
    await arrives(other, email);
    expect((await visitor.get(`${CORP}/new`)).text).toContain('no code unless you write another email');
    const both = await Promise.all([creates(visitor, email), creates(other, email)]);
    expect(both.map(({ location }) => location).sort()).toEqual(['/account', '/sign-up/code']);
    expect((await linkOf())?.accountId).toBe((await accountOf(email)).id);
  });

  it('is called here as the provider says, cleaned, and stays so where it says nonsense', async () => {
    const email = `${randomId().toLowerCase()}@example.org`;
    await arrives(visitor, email);
    await creates(visitor, email);
    for (const [name, expected] of [
      ['Grace \u202e New', 'Grace New'],
      ['x'.repeat(250), 'Grace New'],
      ['\u200b', 'Grace New'],
    ]) {
      await arrives(world.server.visitor(), email, { name });
      expect((await accountOf(email)).profile.name).toBe(expected);
    }
    const activity = await visitor.get('/account/activity');
    expect([activity.status, activity.text]).toEqual([200, expect.stringMatching(/name was changed/i)]);
  });
});

describe('a hostile provider', () => {
  it.each([
    ['has not verified the email', { email_verified: false }],
    ['does not say whether it has', { email_verified: undefined }],
    ['says it in a text', { email_verified: 'true' }],
    ['says it by a number', { email_verified: 1 }],
  ])('that %s gets no code mailed and no account made', async (_, more) => {
    const { email } = await world.owner();
    world.provider.forgeIdToken((claims) => ({ ...claims, ...more }));
    await refused(email, more);
  });

  it.each([
    ['of another domain', 'ada@example.com'],
    ['of a domain below', 'ada@mail.example.org'],
    ['of a domain that ends so', 'ada@notexample.org'],
    ['of two domains', 'ada@example.com@example.org'],
    ['in letters that fold into those of another', 'ada\u212a@example.org'],
    ['at a domain of other letters', 'ada@ex\u0430mple.org'],
    ['with a comment', 'ada@example.org (example.com)'],
  ])('speaks for no email %s', async (_, email) => {
    await refused(email);
  });

  it('does not lend the word of one email to another', async () => {
    const { email } = await world.owner();
    world.provider.alter = async (path, answer) => {
      if (path !== '/me') return answer;
      const told = { sub, name: 'Ada', email: 'eve@example.org', email_verified: true };
      return { ...answer, text: JSON.stringify(told) };
    };
    await refused(email, { email_verified: undefined, name: undefined });
  });

  async function refused(email: string, more = {}): Promise<void> {
    expect((await arrives(visitor, email, more)).text).not.toContain(OFFER);
    world.server.mails.splice(0);
    expect((await asksForCode(visitor)).status).toBe(400);
    expect(besidesAlerts(world.server.mails)).toEqual([]);
    const fresh = `${randomId().toLowerCase()}@example.org`;
    expect((await creates(visitor, fresh)).location).toBe('/sign-up/code');
    expect(await stores().accounts.findByEmail(fresh)).toBeUndefined();
    expect(await linkOf()).toBeUndefined();
  }

  it('that lies about the email of an owner gets in by no code of another browser or subject', async () => {
    const { email } = await world.owner();
    await arrives(visitor, email);
    const page = await asksForCode(visitor);
    const code = await codeFor(email);
    const attacker = world.server.visitor('203.0.113.66');
    await arrives(attacker, email);
    const csrf = (await attacker.get('/sign-in')).field('csrf');
    const fields = { csrf, ticket: page.field('ticket'), code };
    expect((await attacker.postAlone(`${CORP}/code`, fields)).location).toMatch(AGAIN);
    expect(await world.whoIsIn(attacker)).toBe('');
    // The code is used up: its owner asks for another.
    expect((await enters(visitor, page, code)).location).toMatch(AGAIN);
    const again = await asksForCode(visitor);
    const newest = await codeFor(email);
    sub = `sub-${randomId()}`;
    await arrives(visitor, email);
    expect((await enters(visitor, again, newest)).location).toMatch(AGAIN);
    expect(await world.whoIsIn(visitor)).toBe('');
  });

  it('merges with no account: its owner is told of it, and the visitor sees the page of any code', async () => {
    const { email } = await world.owner();
    await arrives(visitor, email);
    world.server.mails.splice(0);
    expect((await creates(visitor, email)).location).toBe('/sign-up/code');
    expect(await world.server.mailTo(email)).toContain('account');
    expect(await linkOf()).toBeUndefined();
    expect(await world.whoIsIn(visitor)).toBe('');
  });

  it('learns nothing of whether there is an account', async () => {
    const nobody = `${randomId().toLowerCase()}@example.org`;
    await arrives(visitor, nobody);
    world.server.mails.splice(0);
    const page = await asksForCode(visitor);
    expect([page.status, page.text]).toEqual([200, expect.stringContaining(nobody)]);
    expect((await enters(visitor, page, '000000')).location).toMatch(AGAIN);
    expect(besidesAlerts(world.server.mails)).toEqual([]);
  });
});

it('an owner whose provider is not to say them begins with an empty form', async () => {
  await using never = await start();
  never.world.provider.person = { sub: 'eve', email: 'eve@example.org', email_verified: true, name: 'Eve' };
  const pages = never.world.server.visitor();
  await never.world.signIn(pages);
  expect((await pages.get(`${CORP}/new`)).text).not.toMatch(/eve@example\.org|value="Eve"/);

  async function start() {
    const entry = { import: { name: 'never', email: 'never' } };
    const started = await UpstreamWorld.start({ entry });
    return { world: started, [Symbol.asyncDispose]: () => started.close() };
  }
});
