/**
 * Strangers who send an owner's browser to the callback of a provider: each alters one thing of an honest sign-in, and
 * it signs no one in. The same sign-in without it goes through, so that no test passes for another reason.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CORP, LINKS, type UpstreamWorld } from '../support/upstream-world.ts';
import type { PageClient } from '../web/page-client.ts';
import { attackedOwner, honestAgain } from './attacked.ts';

let world: UpstreamWorld;
let email: string;
let visitor: PageClient;
beforeAll(async () => {
  ({ world, email } = await attackedOwner());
});
afterAll(() => world.close());
beforeEach(() => {
  world.server.forgetLog();
  visitor = world.server.visitor();
});
afterEach(() => honestAgain({ world, email }, visitor));

/** Why, as the operator's log has it; the visitor hears one sentence. */
const reason = () => /"event":"upstream-refused".*?"reason":"(\w+)"/.exec(world.server.logged())?.[1];
const NOT = 'Corp did not sign you in';
// Its heading keeps a word with a hyphen in one line, by an element around it.
const GONE = '</span> is no longer good';

describe('an answer that another browser, or another time, was meant for', () => {
  it('signs in nobody in the browser of a victim (login CSRF)', async () => {
    const attacker = world.server.visitor('203.0.113.66');
    const callback = await world.signInThere(await world.leave(attacker));
    const told = await world.comeBack(visitor, callback);
    expect([told.status, told.text]).toEqual([400, expect.stringContaining(GONE)]);
  });

  it('nor where the victim has a sign-in of their own under way, which goes on', async () => {
    const attacker = world.server.visitor('203.0.113.66');
    const callback = await world.signInThere(await world.leave(attacker));
    const own = await world.leave(visitor);
    expect((await world.comeBack(visitor, callback)).text).toContain(GONE);
    const another = world.server.visitor();
    another.cookies.clear();
    for (const [name, value] of visitor.cookies) another.cookies.set(name, value);
    await world.comeBack(another, await world.signInThere(own));
    expect(await world.whoIsIn(another)).toBe(email);
  });

  it('nor by an attacker’s code in the place of the victim’s (code injection)', async () => {
    const attacker = world.server.visitor('203.0.113.66');
    const theirs = new URL(await world.signInThere(await world.leave(attacker)), world.server.issuer);
    const own = new URL(await world.signInThere(await world.leave(visitor)), world.server.issuer);
    own.searchParams.set('code', theirs.searchParams.get('code') ?? '');
    const told = await world.comeBack(visitor, own.pathname + own.search);
    expect([told.status, told.text]).toEqual([400, expect.stringContaining(NOT)]);
    expect(reason()).toBe('invalid_grant');
  });

  it('nor a second time, in the same browser', async () => {
    const callback = await world.signInThere(await world.leave(visitor));
    const cookies = new Map(visitor.cookies);
    await world.comeBack(visitor, callback);
    expect(await world.whoIsIn(visitor)).toBe(email);
    visitor.cookies.clear();
    for (const [name, value] of cookies) visitor.cookies.set(name, value);
    const told = await world.comeBack(visitor, callback);
    expect([told.status, told.text]).toEqual([400, expect.stringContaining(GONE)]);
    expect(reason()).toBe('used');
  });

  it('nor a second time at once: of ten one is signed in', async () => {
    const callback = await world.signInThere(await world.leave(visitor));
    const tabs = Array.from({ length: 10 }, () => {
      const tab = world.server.visitor();
      for (const [name, value] of visitor.cookies) tab.cookies.set(name, value);
      return tab;
    });
    const answers = await Promise.all(tabs.map((tab) => tab.get(callback)));
    expect(answers.filter(({ location }) => location === '/account')).toHaveLength(1);
  });

  it('nor with a state that is altered, or without one', async () => {
    const own = new URL(await world.signInThere(await world.leave(visitor)), world.server.issuer);
    for (const state of ['', 'another']) {
      own.searchParams.set('state', state);
      expect((await world.comeBack(visitor, own.pathname + own.search)).status).toBe(400);
    }
    own.searchParams.delete('state');
    expect((await world.comeBack(visitor, own.pathname + own.search)).status).toBe(400);
  });
});

describe('mix-up (RFC 9700, section 4.4)', () => {
  it('an answer of one provider is nothing at the callback of another', async () => {
    const callback = await world.signInThere(await world.leave(visitor));
    const told = await world.comeBack(visitor, callback.replace('/corp/', '/other/'));
    expect([told.status, told.text]).toEqual([400, expect.stringContaining(GONE)]);
  });

  it.each([
    ['that names another issuer', (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
    ['that leaves out the issuer which was promised', (url: URL) => url.searchParams.delete('iss')],
  ])('nor is one %s', async (_, change) => {
    const own = new URL(await world.signInThere(await world.leave(visitor)), world.server.issuer);
    change(own);
    world.provider.asked.splice(0);
    const told = await world.comeBack(visitor, own.pathname + own.search);
    expect([told.status, told.text]).toEqual([400, expect.stringContaining(NOT)]);
    expect(world.provider.asked).not.toContain('POST /token');
  });
});

describe('what a visitor is sent to', () => {
  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', '/.//evil.example'])(
    'is never another site: %s',
    async (returnTo) => {
      const page = await visitor.get('/sign-in');
      const begun = await visitor.postAlone(CORP, { csrf: page.field('csrf'), return_to: returnTo });
      const onward = (await visitor.get(begun.location)).onward;
      const done = await visitor.get(await world.signInThere(onward));
      expect(done.location).toBe('/account');
      await visitor.submit('/account', '/sign-out', {});
      visitor.cookies.clear();
    },
  );

  it('is the page that they came from', async () => {
    const page = await visitor.get('/sign-in?return_to=/device');
    const begun = await visitor.postAlone(CORP, {
      csrf: page.field('csrf'),
      return_to: page.field('return_to'),
    });
    const done = await visitor.get(await world.signInThere((await visitor.get(begun.location)).onward));
    expect(done.location).toBe('/device');
    visitor.cookies.clear();
  });

  it('is not the provider where the form is forged', async () => {
    await visitor.get('/sign-in');
    const answer = await visitor.postAlone(CORP, { csrf: 'forged' });
    expect(answer.location).not.toBe(CORP);
    expect((await visitor.get(CORP)).onward).toBe('');
  });
});

describe('linking', () => {
  it('is not finished in another browser, nor by another owner in the same one', async () => {
    const victim = await world.owner();
    const attacker = await world.owner();
    world.provider.person = { sub: 'attacker-there' };
    const page = await attacker.pages.get(LINKS);
    const begun = await attacker.pages.postAlone(`${LINKS}/corp/link`, { csrf: page.field('csrf') });
    const onward = (await attacker.pages.get((await world.proved(attacker.pages, begun)).location)).onward;
    const callback = await world.signInThere(onward);
    expect((await world.comeBack(victim.pages, callback)).text).toContain(GONE);
    // The whole jar of the attacker, but for who is signed in.
    for (const [name, value] of attacker.pages.cookies)
      if (!name.includes('session')) victim.pages.cookies.set(name, value);
    expect((await world.comeBack(victim.pages, callback)).text).toContain(GONE);
    world.provider.person = { sub: 'ada-there' };
  });

  it('is not finished after a sign-out of everything', async () => {
    const { email: mine, pages } = await world.owner();
    world.provider.person = { sub: 'late-there' };
    const page = await pages.get(LINKS);
    const begun = await world.proved(
      pages,
      await pages.postAlone(`${LINKS}/corp/link`, { csrf: page.field('csrf') }),
    );
    const callback = await world.signInThere((await pages.get(begun.location)).onward);
    const account = await world.server.stores.accounts.findByEmail(mine);
    if (account) await world.server.stores.accounts.signOutEverything(account.id);
    expect((await world.comeBack(pages, callback)).status).toBe(400);
    expect(account && (await world.server.stores.upstreamLinks.list(account.id))).toEqual([]);
    world.provider.person = { sub: 'ada-there' };
  });
});
