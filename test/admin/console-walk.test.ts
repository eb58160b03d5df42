/** Owners, strangers and operators at every address of the console, as its routers have them: who may not is refused, changes nothing, and is noted. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SCOPES_OF_ROLE } from '../../src/admin/console-rights.ts';
import { operatorRoutes } from '../../src/admin/operator-routes.ts';
import { request } from '../support/http.ts';
import { filled, type Route } from '../support/routes.ts';
import type { WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';
import { ACTS } from './acts-everywhere.ts';
import { ADMIN_ROUTES, filledPath, NOTHING } from './admin-routes.ts';
import { basicOf } from './admin-world.ts';
import {
  consoleServer,
  contentsOf,
  INSIDE,
  type OperatorOf,
  operatorOf,
  signedInOperator,
} from './console-world.ts';

let server: WholeServer;
let touched: OperatorOf;
let owner: OperatorOf;
let manager: OperatorOf;
let viewer: OperatorOf;
let pages: Route[] = [];
let forms: Route[] = [];
beforeAll(async () => {
  server = await consoleServer();
  touched = await operatorOf(server);
  owner = await signedInOperator(server, 'owner');
  manager = await signedInOperator(server, 'manager');
  viewer = await signedInOperator(server, 'viewer');
  const ours = server.routes.filter(({ path }) => /^\/admin(\/|$)/.test(path));
  pages = ours.filter(({ method }) => method === 'GET');
  // These two are of the console's own session: console-sign-in.test.ts.
  forms = ours.filter(({ method, path }) => method === 'POST' && !/\/sign-(in|out)$/.test(path));
});
afterAll(() => server.close());

const NAME = 'AAAAAAAAAAAAAAAAAAAAAA';
const addressOf = (route: Route) =>
  filled({ ...route, path: route.path.replace(':account', touched.id) }, NAME);

const CALLS = [...ADMIN_ROUTES, ...operatorRoutes(NOTHING)];

/** The scope that a form needs, by the call that it makes. */
function scopeOf({ method, path }: Route): string {
  const act = ACTS.find(({ call, console: all = [] }) => call && all.includes(`${method} ${path}`));
  const scope = CALLS.find(({ name }) => name === act?.call)?.scope;
  if (scope === undefined) throw new Error(`${path} is in no table`);
  return scope;
}

async function sent({ pages: browser }: { pages: PageClient }, route: Route, csrf?: string) {
  const token = csrf ?? (await browser.get('/admin/operators')).field('csrf');
  const fields = { once: crypto.randomUUID(), who: touched.email, role: 'viewer' };
  return browser.postAlone(addressOf(route), { csrf: token, ...fields });
}

/** Each form, sent so, is refused with a line in the log, and the store is as it was. */
async function refused(routes: readonly Route[], line: string, send: (route: Route) => Promise<boolean>) {
  const before = await contentsOf(server);
  for (const route of routes) {
    server.forgetLog();
    expect([route.path, await send(route)]).toEqual([route.path, true]);
    expect([route.path, server.logged()]).toEqual([route.path, expect.stringContaining(line)]);
  }
  expect(await contentsOf(server)).toEqual(before);
}

describe('every page of the console', () => {
  it('is shown to each role, and to no owner without one', async () => {
    expect(pages.length).toBeGreaterThan(9);
    for (const route of pages) {
      const path = addressOf(route);
      for (const one of [owner, manager, viewer]) {
        const { status, location } = await one.pages.get(path);
        const isThere = status === 200 || (status === 303 && location.startsWith('/admin'));
        expect([path, isThere || path.includes(NAME)]).toEqual([path, true]);
      }
      expect([path, (await touched.pages.get(path)).status]).toEqual([path, 404]);
      expect((await server.visitor(INSIDE).get(path)).location).toBe('/sign-in?return_to=%2Fadmin');
    }
  });
});

describe('every form of the console', () => {
  it('is nothing for an owner without a role', async () => {
    expect(forms.length).toBeGreaterThan(15);
    const csrf = (await touched.pages.get('/account/devices')).field('csrf');
    await refused(
      forms,
      '"reason":"no-role"',
      async (route) => (await sent(touched, route, csrf)).status === 404,
    );
  });

  it('is nothing for a stranger', async () => {
    const stranger = { pages: server.visitor(INSIDE) };
    const csrf = (await stranger.pages.get('/sign-in')).field('csrf');
    const send = async (route: Route) => (await sent(stranger, route, csrf)).location.startsWith('/sign-in');
    await refused(forms, '"reason":"signed-out"', send);
  });

  it('is nothing with a forged token', async () => {
    await refused(
      forms,
      '"event":"form-refused"',
      async (route) => (await sent(owner, route, 'forged')).status === 403,
    );
  });

  it.each(['viewer', 'manager'] as const)(
    'is nothing for a %s without its right, which the trail tells',
    async (role) => {
      const browser = role === 'viewer' ? viewer : manager;
      const without = forms.filter((route) => !SCOPES_OF_ROLE[role].has(scopeOf(route)));
      expect(without.length).toBeGreaterThan(role === 'viewer' ? 15 : 3);
      await refused(without, '"reason":"insufficient-scope"', async (route) => {
        const { status } = await sent(browser, route);
        const [newest] = await server.stores.auditTrail.list('reads', { most: 1 });
        expect(newest).toMatchObject({
          operator: expect.stringMatching(/.{16}/),
          scope: scopeOf(route),
          status: 403,
        });
        return status === 403;
      });
    },
  );

  it('is nothing from a browser that was signed out of everything, and no page is shown there', async () => {
    const gone = await signedInOperator(server, 'owner');
    const csrf = (await gone.pages.get('/admin')).field('csrf');
    await server.stores.accounts.signOutEverything(gone.id as never);
    const anew = { pages: server.visitor(INSIDE) };
    for (const [name, value] of gone.pages.cookies) anew.pages.cookies.set(name, value);
    for (const route of pages)
      expect((await anew.pages.get(addressOf(route))).location).toBe('/sign-in?return_to=%2Fadmin');
    const cookies = [...gone.pages.cookies];
    await refused(forms, '"event":"form-refused"', async (route) => {
      for (const [name, value] of cookies) gone.pages.cookies.set(name, value);
      return (await sent(gone, route, csrf)).status === 403;
    });
    // Nor by the token of a page that is shown there still.
    const next = (await anew.pages.get('/sign-in')).field('csrf');
    await refused(forms, '"reason":"signed-out"', async (route) =>
      (await sent(anew, route, next)).location.startsWith('/sign-in'),
    );
  });
});

describe('what is of the console alone', () => {
  it.each(operatorRoutes(NOTHING).map(({ name, method, path }) => [name, method, path] as const))(
    '%s is nothing for a program, with whatever token',
    async (_name, method, path) => {
      const form = { grant_type: 'client_credentials', resource: `${server.issuer}/admin/v1` };
      const asked = {
        method: 'POST',
        headers: { authorization: basicOf('ops') },
        body: new URLSearchParams(form),
      };
      const { access_token: token } = (await (await request(`${server.origin}/token`, asked)).json()) as {
        access_token: string;
      };
      const at = `${server.origin}/admin/v1${filledPath({ path } as never, touched.id)}`;
      const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': INSIDE };
      const before = await contentsOf(server);
      expect((await request(at, { method, headers })).status).toBe(404);
      expect(await contentsOf(server)).toEqual(before);
    },
  );
});
