/** The page Login & security, and the owner's name. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer();
});
afterAll(() => server.close());

describe('the owner’s name', () => {
  it('is changed at once, on every page, and told', async () => {
    const { email, pages } = await server.signUp();
    const done = await pages.submit('/account/security/name', '/account/security/name', {
      name: '  Grace\u202e Hopper ',
    });
    const page = await pages.get(done.location);
    expect(page.text).toContain('Your name is changed.');
    expect(page.text).toContain('Grace Hopper');
    const account = await server.stores.accounts.findByEmail(email);
    expect(account?.profile.name).toBe('Grace Hopper');
    const events = await server.stores.activity.list(account?.id ?? '', { most: 5 });
    expect(events[0]?.event.kind).toBe('name-changed');
  });

  it('is refused when it is missing or too long, and nothing is changed', async () => {
    const { email, pages } = await server.signUp();
    for (const [name, words] of [
      [' \u200b ', 'Enter your name.'],
      ['x'.repeat(101), 'That name is too long.'],
    ] as const) {
      const page = await pages.submit('/account/security/name', '/account/security/name', { name });
      expect(page.status).toBe(400);
      expect(page.text).toContain(words);
    }
    expect((await server.stores.accounts.findByEmail(email))?.profile.name).toBe('Ada');
  });

  it('no stranger’s link makes the page say that something was changed', async () => {
    const { pages } = await server.signUp();
    expect((await pages.get('/account/security?notice=name')).text).not.toContain('is changed');
  });
});

describe('the page Login & security', () => {
  it('shows how things stand, and asks for a longer password where a short one is the only proof', async () => {
    const { email, pages } = await server.signUp();
    expect((await pages.get('/account/security')).text).toContain('Your password is long enough.');
    const account = await server.stores.accounts.findByEmail(email);
    if (!account) throw new Error('no account');
    await server.stores.accounts.replaceCredentials(account, { ...account.credentials, standsAlone: false });
    expect((await pages.get('/account/security')).text).toContain(
      'Choose a password of 15 characters or more',
    );
  });

  it('knows of an older account what it has, once its owner has signed in', async () => {
    const { email } = await server.signUp();
    const account = await server.stores.accounts.findByEmail(email);
    if (!account) throw new Error('no account');
    const { passwordHash } = account.credentials;
    await server.stores.accounts.replaceCredentials(account, { passwordHash });
    await server.visitor().submit('/sign-in', '/sign-in', { email, password: PASSWORD });
    const after = await server.stores.accounts.findByEmail(email);
    expect(after?.credentials).toEqual({ passwordHash, standsAlone: true });
  });
});
