/** A person whom a provider has proved, and no account here is linked with: to an account that there is, or to a new one. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { besidesAlerts } from '../support/besides-alerts.ts';
import { eventually } from '../support/eventually.ts';
import { otherCode } from '../support/other-code.ts';
import { randomId } from '../support/test-stores.ts';
import { CORP, LINKS, UpstreamWorld } from '../support/upstream-world.ts';
import { PASSWORD } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';

const NEW = `${CORP}/new`;
let world: UpstreamWorld;
beforeAll(async () => {
  world = await UpstreamWorld.start();
});
afterAll(() => world.close());

let email: string;
beforeEach(() => {
  world.provider.honest();
  const name = randomId().toLowerCase();
  email = `${name}@example.org`;
  world.provider.person = { sub: `sub-${name}`, email, email_verified: true, name: 'Grace There' };
});

const accountOf = (address: string) => world.server.stores.accounts.findByEmail(address);

/** Gives the code that was mailed. */
async function confirms(pages: PageClient, code: string) {
  const page = await pages.get('/sign-up/code');
  const fields = { csrf: page.field('csrf'), ticket: page.field('ticket'), code };
  return pages.postAlone('/sign-up/confirm', fields);
}

const codeFor = async (address: string) => /\b\d{6}\b/.exec(await world.server.mailTo(address))?.[0] ?? '';

describe('a person who is new', () => {
  it('creates an account without a password, confirms the email by our code, and comes again', async () => {
    const pages = world.server.visitor();
    const told = await world.signIn(pages);
    expect(told.text).toContain(`href="${NEW}"`);
    const form = await pages.get(NEW);
    expect([form.field('name'), form.text]).toEqual([expect.anything(), expect.stringContaining(email)]);
    await pages.postAlone(NEW, { csrf: form.field('csrf'), name: 'Grace', email });
    expect(await accountOf(email)).toBeUndefined();
    const done = await confirms(pages, await codeFor(email));
    expect(done.location).toBe('/account');
    expect(await accountOf(email)).toMatchObject({
      credentials: {},
      profile: { name: 'Grace', email, emailVerified: true },
    });
    expect((await accountOf(email))?.credentials.passwordHash).toBeUndefined();
    const again = world.server.visitor();
    await world.signIn(again);
    expect(await world.whoIsIn(again)).toBe(email);
  });

  it('is believed no email that the provider says, without the code', async () => {
    const pages = world.server.visitor();
    await world.signIn(pages);
    const form = await pages.get(NEW);
    await pages.postAlone(NEW, { csrf: form.field('csrf'), name: 'Grace', email });
    const right = await codeFor(email);
    await confirms(pages, otherCode(right));
    expect(await accountOf(email)).toBeUndefined();
    expect(await world.whoIsIn(pages)).toBe('');
  });

  it('is told what is wrong with what they typed, and keeps it', async () => {
    const pages = world.server.visitor();
    await world.signIn(pages);
    const form = await pages.get(NEW);
    const told = await pages.post(NEW, { csrf: form.field('csrf'), name: '', email: 'no email' });
    expect([told.status, told.text]).toEqual([400, expect.stringContaining('no email')]);
  });

  it('is not created in a browser to which the provider has said nothing', async () => {
    const pages = world.server.visitor();
    await world.signIn(pages);
    const other = world.server.visitor();
    const page = await other.get('/sign-in');
    for (const [name, value] of pages.cookies) if (name.includes('found')) other.cookies.set(name, value);
    expect((await other.get(NEW)).location).toBe('/sign-in');
    const answer = await other.postAlone(NEW, { csrf: page.field('csrf'), name: 'Eve', email });
    expect(answer.location).toBe('/sign-in');
  });

  it('has a provider that tells email and name at its userinfo endpoint alone', async () => {
    world.provider.forgeIdToken(({ email: _email, name: _name, ...claims }) => claims);
    const pages = world.server.visitor();
    await world.signIn(pages);
    expect((await pages.get(NEW)).text).toContain(email);
    expect(world.provider.asked).toContain('GET /me');
  });

  it('is no owner where the userinfo endpoint tells of another person', async () => {
    world.provider.alter = (path, answer) =>
      path === '/me' ? { ...answer, text: JSON.stringify({ sub: 'another', email }) } : answer;
    const forge = world.provider.alter;
    world.provider.forgeIdToken(({ email: _email, name: _name, ...claims }) => claims);
    const tokens = world.provider.alter;
    world.provider.alter = async (path, answer) => forge(path, await tokens(path, answer));
    const pages = world.server.visitor();
    expect((await world.signIn(pages)).text).toContain('Corp did not sign you in');
    expect((await pages.get(NEW)).location).toBe('/sign-in');
  });
});

describe('an email that is an account’s', () => {
  it('merges nothing: its owner is mailed, and no code leads anywhere', async () => {
    const owner = await world.owner();
    world.provider.person = { ...world.provider.person, email: owner.email };
    const pages = world.server.visitor();
    await world.signIn(pages);
    const form = await pages.get(NEW);
    await pages.postAlone(NEW, { csrf: form.field('csrf'), name: 'Eve', email: owner.email });
    const told = await eventually(
      'a second mail',
      () => besidesAlerts(world.server.mails).filter(({ to }) => to === owner.email)[1],
    );
    expect(told.text).not.toMatch(/\b\d{6}\b/);
    const account = await accountOf(owner.email);
    expect(account && (await world.server.stores.upstreamLinks.list(account.id))).toEqual([]);
    expect(await world.whoIsIn(pages)).toBe('');
  });

  it('cannot be told from one that is no account’s', async () => {
    const owner = await world.owner();
    const shown = async (address: string) => {
      world.provider.person = { ...world.provider.person, email: address };
      const pages = world.server.visitor();
      const told = await world.signIn(pages);
      const form = await pages.get(NEW);
      const begun = await pages.postAlone(NEW, { csrf: form.field('csrf'), name: 'Eve', email: address });
      const code = await pages.get('/sign-up/code');
      const plain = (html: string) =>
        html
          .replaceAll(address, '')
          .replace(/value="[^"]*"/g, '')
          .replace(/answer=[^"&]*/g, '');
      return [told.status, plain(told.text), begun.location, code.status, plain(code.text)];
    };
    expect(await shown(owner.email)).toEqual(await shown(`${randomId().toLowerCase()}@example.org`));
  });

  it('is linked by its owner, who signs in as usual and is asked', async () => {
    const owner = await world.owner();
    const pages = world.server.visitor();
    const told = await world.signIn(pages);
    const way = /href="(\/sign-in\?return_to=[^"]*found)"/.exec(told.text)?.[1] ?? '';
    const page = await pages.get(way);
    const [csrf, return_to] = [page.field('csrf'), page.field('return_to')];
    const signed = await pages.postAlone('/sign-in', {
      csrf,
      return_to,
      email: owner.email,
      password: PASSWORD,
    });
    expect(signed.location).toBe(`${LINKS}/corp/found`);
    const found = await pages.get(signed.location);
    expect(found.text).toContain(email);
    const linked = await pages.postAlone(signed.location, { csrf: found.field('csrf') });
    expect((await pages.get(linked.location)).text).toContain('Corp signs you in from now on.');
    const elsewhere = world.server.visitor();
    await world.signIn(elsewhere);
    expect(await world.whoIsIn(elsewhere)).toBe(owner.email);
    expect((await pages.get(signed.location)).location).toBe(LINKS);
  });
});

describe('sign_up of an entry', () => {
  it.each([
    ['closed', 'open', false],
    ['follow', 'closed', false],
    ['follow', 'invite', false],
    ['open', 'closed', true],
  ])('%s where SIGN_UP is %s', async (sign_up, SIGN_UP, offered) => {
    const closed = await UpstreamWorld.start({ entry: { sign_up }, environment: { SIGN_UP } });
    try {
      const pages = closed.server.visitor();
      const told = await closed.signIn(pages);
      expect(told.text.includes(`href="${NEW}"`)).toBe(offered);
      expect((await pages.get(NEW)).status).toBe(offered ? 200 : 303);
    } finally {
      await closed.close();
    }
  });
});
