/** Operators at every page of the console, and everybody else at the same addresses. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';
import {
  consoleServer,
  contentsOf,
  followed,
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
beforeAll(async () => {
  server = await consoleServer();
  touched = await operatorOf(server);
  owner = await signedInOperator(server, 'owner');
  manager = await signedInOperator(server, 'manager');
  viewer = await signedInOperator(server, 'viewer');
});
afterAll(() => server.close());

const home = () => `/admin/accounts/${touched.id}`;
const PAGES = () => [
  '/admin',
  '/admin/accounts',
  home(),
  '/admin/devices',
  '/admin/clients',
  '/admin/audit',
  '/admin/operators',
  '/admin/settings',
];
const FORMS_OF_ACCOUNTS = () => [
  ...['disable', 'enable', 'sign-out-everything', 'reset-mail', 'remove-factors', 'close'],
  ...['devices', 'browsers', 'apps', 'factors'].map((things) => `${things}/nothing/end`),
];
const FORMS_OF_OWNERS = () => [
  ...['disable', 'enable', 'end-devices', 'secrets'].map((act) => `/admin/clients/nothing/${act}`),
  '/admin/operators',
  `/admin/operators/${touched.id}`,
];
const FORMS = () => [...FORMS_OF_ACCOUNTS().map((act) => `${home()}/${act}`), ...FORMS_OF_OWNERS()];

const FIELDS = () => ({ once: crypto.randomUUID(), who: touched.email, role: 'viewer' });

/** With a form token of this browser, or none. */
async function sent(pages: PageClient, path: string) {
  const csrf = (await pages.get('/admin/operators')).field('csrf');
  return pages.postAlone(path, { csrf, ...FIELDS() });
}

async function nothingChanges(act: () => Promise<void>): Promise<void> {
  const before = await contentsOf(server);
  await act();
  expect(await contentsOf(server)).toEqual(before);
}

describe('every page of the console', () => {
  it('is shown to each role, with a button for what the role may do and no other', async () => {
    for (const { pages } of [owner, manager, viewer])
      for (const path of PAGES()) expect([path, (await pages.get(path)).status]).toEqual([path, 200]);
    const posts = async ({ pages }: OperatorOf) => (await pages.get(home())).text.split(`action="${home()}/`);
    expect((await posts(owner)).length).toBeGreaterThan(4);
    expect((await posts(manager)).length).toBeGreaterThan(4);
    expect(await posts(viewer)).toHaveLength(1);
  });

  it('is not there for an owner without a role, and asks a stranger to sign in', async () => {
    const stranger = server.visitor(INSIDE);
    for (const path of PAGES()) {
      expect([path, (await touched.pages.get(path)).status]).toEqual([path, 404]);
      expect((await stranger.get(path)).location).toBe('/sign-in?return_to=%2Fadmin');
    }
  });
});

describe('every form of the console', () => {
  it('does nothing for an owner without a role, a stranger, a viewer, or with a forged token', async () => {
    const stranger = server.visitor(INSIDE);
    const account = (await touched.pages.get('/account/devices')).field('csrf');
    await nothingChanges(async () => {
      for (const path of FORMS()) {
        const isOut = await stranger.postAlone(path, { csrf: 'x', ...FIELDS() });
        expect([path, isOut.status === 403 || isOut.location.startsWith('/sign-in')]).toEqual([path, true]);
        const own = await touched.pages.postAlone(path, { csrf: account, ...FIELDS() });
        expect([path, own.status]).toEqual([path, 404]);
        expect([path, (await sent(viewer.pages, path)).status]).toEqual([path, 403]);
        const forged = await owner.pages.postAlone(path, { csrf: 'forged', ...FIELDS() });
        expect([path, forged.status]).toEqual([path, 403]);
      }
    });
  });

  it('of clients and roles does nothing for a manager', async () => {
    await nothingChanges(async () => {
      for (const path of FORMS_OF_OWNERS())
        expect([path, (await sent(manager.pages, path)).status]).toEqual([path, 403]);
    });
  });

  it('does nothing from a browser that was signed out of everything', async () => {
    const gone = await signedInOperator(server, 'owner');
    const csrf = (await gone.pages.get('/admin')).field('csrf');
    await server.stores.accounts.signOutEverything(gone.id as never);
    await nothingChanges(async () => {
      for (const path of FORMS()) {
        const answer = await gone.pages.postAlone(path, { csrf, ...FIELDS() });
        expect([path, answer.status === 403 || answer.location.startsWith('/sign-in')]).toEqual([path, true]);
      }
    });
  });
});

describe('an operator', () => {
  it('finds an account by its email and by its id', async () => {
    for (const q of [touched.email, touched.id]) {
      const found = await followed(viewer.pages, await viewer.pages.get(`/admin/search?q=${q}`));
      expect([found.status, found.text]).toEqual([200, expect.stringContaining(touched.email)]);
    }
  });

  it('disables and enables an account, and its owner and the trail are told', async () => {
    const acts = ['disable', 'enable', 'reset-mail', 'sign-out-everything'];
    for (const act of acts)
      expect([act, (await sent(manager.pages, `${home()}/${act}`)).location]).toEqual([
        act,
        expect.stringContaining(`${home()}?notice=`),
      ]);
    const page = await viewer.pages.get(home());
    expect(page.text).toContain('An operator');
    const trail = await viewer.pages.get('/admin/audit?kind=changes');
    for (const act of acts) expect(trail.text).toContain(`>accounts-${act}<`);
  });

  it('who is an owner gives a role and takes it again; nobody changes their own', async () => {
    const { pages } = owner;
    const other = await operatorOf(server);
    const csrf = (await pages.get('/admin/operators')).field('csrf');
    const add = { csrf, who: other.email, role: 'viewer' };
    expect((await pages.postAlone('/admin/operators', add)).location).toContain('/admin/operators?notice=');
    expect((await pages.get('/admin/operators')).text).toContain(other.email);
    const none = { csrf, role: 'none' };
    expect((await pages.postAlone(`/admin/operators/${other.id}`, none)).status).toBe(303);
    expect((await pages.get('/admin/operators')).text).not.toContain(other.email);
    expect((await pages.postAlone(`/admin/operators/${owner.id}`, none)).status).toBe(409);
  });
});
