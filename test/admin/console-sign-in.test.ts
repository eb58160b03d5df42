/** Who gets into the console, and what does not open it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sessionOf } from '../support/aged-proof.ts';
import { PASSWORD, type WholeServer } from '../support/whole-server.ts';
import type { Page } from '../web/page-client.ts';
import {
  consoleServer,
  followed,
  giveRole,
  type OperatorOf,
  operatorOf,
  signedInOperator,
} from './console-world.ts';

let server: WholeServer;
beforeAll(async () => {
  server = await consoleServer();
});
afterAll(() => server.close());

/** Gives the password for the console. @returns the page of the second step */
async function passwordGiven({ pages }: OperatorOf): Promise<Page> {
  const asked = await followed(pages, await pages.submit('/admin/sign-in', '/admin/sign-in', {}));
  expect(asked.text).toContain('Before you administer this server');
  const form = { csrf: asked.field('csrf'), held: asked.field('held'), password: PASSWORD };
  return followed(pages, await pages.postAlone('/account/prove', form));
}

async function signIn(operator: OperatorOf): Promise<Page> {
  const { pages, app } = operator;
  const second = await passwordGiven(operator);
  const form = {
    csrf: second.field('csrf'),
    held: second.field('held'),
    with: 'totp',
    code: await app.code(),
  };
  return followed(pages, await pages.postAlone('/account/prove/second', form));
}

describe('the console', () => {
  it('opens to an owner with password and authenticator app, in a cookie of its own', async () => {
    const operator = await operatorOf(server, 'owner');
    expect((await operator.pages.get('/admin')).location).toBe('/admin/sign-in');
    const page = await signIn(operator);
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('What needs a hand')]);
    expect(operator.pages.cookies.get('latchkey_admin')).toMatch(/^[\w-]{43}$/);
    expect(String(page.headers['content-security-policy'])).toMatch(/default-src 'none'/);
    expect(page.text).not.toMatch(/<script|href="\/(account|sign)/);
  });

  it('is not there for an owner without a role, and asks a stranger to sign in', async () => {
    const { pages } = await operatorOf(server);
    for (const path of ['/admin', '/admin/sign-in', '/admin/search?q=x'])
      expect((await pages.get(path)).status).toBe(404);
    const stranger = server.visitor('203.0.113.9');
    expect((await stranger.get('/admin')).location).toBe('/sign-in?return_to=%2Fadmin');
  });

  it('is not there from other networks, by no method and not even for an operator', async () => {
    const { pages } = await signedInOperator(server, 'owner');
    expect((await pages.get('/admin')).status).toBe(200);
    pages.headers = { ...pages.headers, 'x-forwarded-for': '198.51.100.7' };
    for (const path of ['/admin', '/admin/', '/admin/sign-in', '/admin/nothing'])
      for (const method of ['GET', 'POST', 'PUT']) expect((await pages.send(method, path)).status).toBe(404);
    const { 'x-forwarded-for': _from, ...nowhere } = pages.headers;
    pages.headers = nowhere;
    expect((await pages.get('/admin')).status).toBe(404);
  });

  it('is opened by no backup code and no text message', async () => {
    const operator = await signedInOperator(server, 'owner');
    const codes = '/account/security/two-step/codes';
    const shown = await followed(operator.pages, await operator.pages.submit(codes, codes, {}));
    const code = /<li>([0-9A-Z-]{12,})<\/li>/.exec(shown.text)?.[1] ?? '';
    expect(code.length).toBeGreaterThan(7);
    operator.pages.cookies.delete('latchkey_admin');
    const second = await passwordGiven(operator);
    expect(second.text).not.toMatch(/backup|text message/i);
    const { pages } = operator;
    const form = { csrf: second.field('csrf'), held: second.field('held') };
    for (const answer of [
      { with: 'backup-codes', code },
      { with: 'phone', code: '123456' },
      { text: 'yes' },
    ]) {
      await followed(pages, await pages.postAlone('/account/prove/second', { ...form, ...answer }));
      expect(pages.cookies.get('latchkey_admin')).toBeUndefined();
    }
    const factors = await server.stores.factors.list(operator.id as never);
    expect(factors.find(({ kind }) => kind === 'backup-codes')).toMatchObject({ left: 10 });
    const asked = await pages.get(`/account/prove/second?held=${form.held}&with=backup-codes`);
    expect(asked.text).toMatch(/name="with" value="totp"/);
  });

  it('asks an operator for an app first who has none, and is closed when the last one goes', async () => {
    const { pages, id } = await signedInOperator(server, 'owner');
    const { factors } = server.stores;
    const account = id as Parameters<typeof factors.list>[0];
    await factors.removeAll(account, { kind: 'factors-removed', by: 'operator' });
    expect((await pages.get('/admin')).location).toBe('/admin/sign-in');
    const page = await pages.get('/admin/sign-in');
    expect(page.text).toContain('neither a passkey nor an authenticator app');
    expect((await pages.postAlone('/admin/sign-in', { csrf: page.field('csrf') })).location).toBe(
      '/admin/sign-in',
    );
  });
});

describe('an operator who is signed in to the console', () => {
  it('is out with the next request when the role is taken away', async () => {
    const { pages, id } = await signedInOperator(server, 'manager');
    expect((await pages.get('/admin')).status).toBe(200);
    await giveRole(server.stores, id, undefined);
    expect((await pages.get('/admin')).status).toBe(404);
  });

  it('is out when everything is signed out, or this browser', async () => {
    for (const end of [
      ({ id }: OperatorOf) => server.stores.accounts.signOutEverything(id as never),
      ({ pages }: OperatorOf) => server.stores.browsers.end(sessionOf(pages)),
      ({ id }: OperatorOf) => server.stores.accounts.setStatus(id as never, 'disabled'),
    ]) {
      const operator = await signedInOperator(server, 'owner');
      expect((await operator.pages.get('/admin')).status).toBe(200);
      await end(operator);
      expect((await operator.pages.get('/admin')).location).toBe('/sign-in?return_to=%2Fadmin');
    }
  });

  it('is nobody in another browser of the same account: the cookie alone opens nothing', async () => {
    const operator = await signedInOperator(server, 'owner');
    const thief = server.visitor('203.0.113.9');
    thief.cookies.set('latchkey_admin', operator.pages.cookies.get('latchkey_admin') ?? '');
    expect((await thief.get('/admin')).location).toBe('/sign-in?return_to=%2Fadmin');
    const other = await signedInOperator(server, 'owner');
    other.pages.cookies.set('latchkey_admin', operator.pages.cookies.get('latchkey_admin') ?? '');
    expect((await other.pages.get('/admin')).location).toBe('/admin/sign-in');
  });

  it('leaves it, and is signed in to the account still', async () => {
    const { pages } = await signedInOperator(server, 'viewer');
    const cookie = pages.cookies.get('latchkey_admin') ?? '';
    expect((await pages.submit('/admin', '/admin/sign-out', {})).location).toBe('/admin/sign-in');
    pages.cookies.set('latchkey_admin', cookie);
    expect((await pages.get('/admin')).location).toBe('/admin/sign-in');
    expect((await pages.get('/account/devices')).status).toBe(200);
  });
});
