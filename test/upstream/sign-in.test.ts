/** Signing in by another OpenID provider: an owner's day, and what comes between. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newApp } from '../redis/contract/factors.ts';
import { CORP, LINKS, UpstreamWorld } from '../support/upstream-world.ts';

let world: UpstreamWorld;
beforeAll(async () => {
  world = await UpstreamWorld.start({ entry: { two_step: { acr_values: ['strong'], amr: ['hwk'] } } });
});
afterAll(() => world.close());

let people = 0;
beforeEach(() => {
  world.provider.honest();
  people += 1;
  world.provider.person = {
    sub: `person-${people}`,
    email: `person-${people}@there.example`,
    email_verified: true,
  };
});

const account = async (email: string) => {
  const found = await world.server.stores.accounts.findByEmail(email);
  if (!found) throw new Error('no account');
  return found;
};
const kinds = async (email: string) => {
  const told = await world.server.stores.activity.list((await account(email)).id, { most: 5 });
  return told.map(({ event }) => event.kind);
};

describe('an owner who has linked another account', () => {
  it('signs in with it, in a browser that has never been here, and reads how', async () => {
    const { email, pages } = await world.owner();
    const linked = await world.link(pages);
    expect(linked.location).toMatch(new RegExp(`^${LINKS}`));
    expect((await pages.get(linked.location)).text).toContain('Corp signs you in from now on.');
    const elsewhere = world.server.visitor('203.0.113.20');
    expect((await world.signIn(elsewhere)).location).toBe('/account');
    expect(await world.whoIsIn(elsewhere)).toBe(email);
    expect(await kinds(email)).toEqual(['signed-in', 'upstream-linked', 'signed-in']);
    const [browser] = await world.server.stores.activity.list((await account(email)).id, { most: 1 });
    expect(browser?.event.details).toMatchObject({ amr: 'upstream' });
  });

  it('goes with a challenge, a nonce and a state of this sign-in alone', async () => {
    const first = new URL(await world.leave(world.server.visitor()));
    const second = new URL(await world.leave(world.server.visitor()));
    expect(first.searchParams.get('code_challenge_method')).toBe('S256');
    for (const name of ['code_challenge', 'nonce', 'state']) {
      expect(first.searchParams.get(name)).toMatch(/^[\w-]{43}$/);
      expect(first.searchParams.get(name)).not.toBe(second.searchParams.get(name));
    }
  });

  it('is asked for the second step of the account here', async () => {
    const { email, pages } = await world.owner();
    await world.link(pages);
    const owner = await account(email);
    const event = { kind: 'factor-added', by: 'owner' } as const;
    await world.server.stores.factors.add({ accountId: owner.id, epoch: owner.epoch }, newApp(), event);
    const elsewhere = world.server.visitor();
    expect((await world.signIn(elsewhere)).location).toMatch(/^\/sign-in\/second-step/);
    expect(await world.whoIsIn(elsewhere)).toBe('');
  });

  it.each([
    ['acr', { acr: 'strong' }, '/account'],
    ['amr', { amr: ['pwd', 'hwk'] }, '/account'],
    ['another acr', { acr: 'weak', amr: ['pwd'] }, '/sign-in/second-step'],
    ['texts that are no such thing', { acr: ['strong'], amr: 'hwk' }, '/sign-in/second-step'],
  ])(
    'is not asked for it only where the signed token says what the operator named: %s',
    async (_, more, to) => {
      const { email, pages } = await world.owner();
      await world.link(pages);
      const { id: accountId, epoch } = await account(email);
      const event = { kind: 'factor-added', by: 'owner' } as const;
      await world.server.stores.factors.add({ accountId, epoch }, newApp(), event);
      world.provider.forgeIdToken((claims) => ({ ...claims, ...more }));
      expect((await world.signIn(world.server.visitor())).location).toBe(to);
    },
  );

  it('unlinks it after a fresh proof, and it signs in nobody any more', async () => {
    const { email, pages } = await world.owner();
    await world.link(pages);
    const page = await pages.get(LINKS);
    expect(page.text).toContain(world.provider.person.email);
    const answer = await pages.postAlone(`${LINKS}/corp/unlink`, { csrf: page.field('csrf') });
    const done = await world.proved(pages, answer);
    expect((await pages.get(done.location)).text).toContain('Corp signs you in no longer.');
    expect((await kinds(email))[0]).toBe('upstream-unlinked');
    const told = await world.signIn(world.server.visitor());
    expect([told.status, told.text]).toEqual([
      403,
      expect.stringContaining('No account here is linked with Corp yet'),
    ]);
  });

  it('whose account the operator has disabled does not come in', async () => {
    const { email, pages } = await world.owner();
    await world.link(pages);
    await world.server.stores.accounts.setStatus((await account(email)).id, 'disabled');
    const elsewhere = world.server.visitor();
    expect((await world.signIn(elsewhere)).status).toBe(400);
    expect(await world.whoIsIn(elsewhere)).toBe('');
  });
});

describe('a person whom no account has linked', () => {
  it('is told so, whatever email the provider says, and nobody is signed in', async () => {
    const { email } = await world.owner();
    world.provider.person = { sub: 'eve-there', email, email_verified: true };
    const visitor = world.server.visitor();
    const told = await world.signIn(visitor);
    expect(told.status).toBe(403);
    expect(told.text).not.toContain(email);
    expect(await world.whoIsIn(visitor)).toBe('');
  });

  it('cannot be linked to two accounts, nor an account to two of them', async () => {
    const { pages } = await world.owner();
    await world.link(pages);
    const other = await world.owner();
    const taken = await world.link(other.pages);
    expect([taken.status, taken.text]).toEqual([
      409,
      expect.stringContaining('Another account here is linked with it already'),
    ]);
    world.provider.person = { sub: 'second-there' };
    const another = await linkAgain(pages);
    expect([another.status, another.text]).toEqual([
      409,
      expect.stringContaining('Your account is linked with Corp already'),
    ]);
  });

  it('is a stranger when the account has been closed', async () => {
    const { email, pages } = await world.owner();
    await world.link(pages);
    const { id: accountId, epoch } = await account(email);
    await world.server.stores.closings.ask({ accountId, epoch }, 0, { kind: 'closing-asked', by: 'owner' });
    await world.server.stores.closings.erase(accountId, async () => undefined);
    expect((await world.signIn(world.server.visitor())).status).toBe(403);
    const again = await world.owner();
    await world.link(again.pages);
    const elsewhere = world.server.visitor();
    await world.signIn(elsewhere);
    expect(await world.whoIsIn(elsewhere)).toBe(again.email);
  });
});

/** The page offers no such form where it is linked; a form that was open in another tab does it all the same. */
async function linkAgain(pages: Awaited<ReturnType<UpstreamWorld['owner']>>['pages']) {
  const page = await pages.get(LINKS);
  const answer = await pages.postAlone(`${LINKS}/corp/link`, { csrf: page.field('csrf') });
  const begun = await world.proved(pages, answer);
  return world.comeBack(pages, await world.signInThere((await pages.get(begun.location)).onward));
}

describe('a provider that is down', () => {
  it('is named on a page of its own, and the password goes on working', async () => {
    await using down = await closedWorld();
    const visitor = down.world.server.visitor();
    const page = await visitor.get('/sign-in');
    const told = await visitor.post(CORP, { csrf: page.field('csrf') });
    expect([told.status, told.text]).toEqual([503, expect.stringContaining('Corp cannot be reached')]);
    expect(told.text).toContain('Other ways to sign in');
    expect((await down.world.owner()).email).not.toBe('');
  });
});

async function closedWorld() {
  const closed = await UpstreamWorld.start();
  await closed.provider.close();
  return {
    world: closed,
    [Symbol.asyncDispose]: () => closed.server.close().then(() => closed.other.close()),
  };
}
