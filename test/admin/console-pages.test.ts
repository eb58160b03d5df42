/** Operators at every page of the console. Others at the same addresses: console-walk.test.ts. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newSeed } from '../../src/mfa/authenticator-app.ts';
import { randomId } from '../support/test-stores.ts';
import type { WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';
import { consoleServer, followed, type OperatorOf, operatorOf, signedInOperator } from './console-world.ts';

const HOUR = 3_600_000;

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
  '/admin/deliveries',
  '/admin/audit',
  '/admin/operators',
  '/admin/settings',
];
const FIELDS = () => ({ once: crypto.randomUUID(), who: touched.email, role: 'viewer' });

/** With a form token of this browser, or none. */
async function sent(pages: PageClient, path: string) {
  const csrf = (await pages.get('/admin/operators')).field('csrf');
  return pages.postAlone(path, { csrf, ...FIELDS() });
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
});

describe('an operator', () => {
  it('sees what happened in a day beside the week, of all processes', async () => {
    const { hourlyFigures } = server.stores;
    const hour = Math.floor(Date.now() / HOUR) * HOUR;
    await hourlyFigures.add(hour, new Map([['devices_linked', 5_003]]));
    await hourlyFigures.add(hour - 30 * HOUR, new Map([['devices_linked', 4_000]]));
    await hourlyFigures.add(hour - 170 * HOUR, new Map([['devices_linked', 900_000]]));
    const { text } = await viewer.pages.get('/admin');
    expect(text).toMatch(/>Devices linked<\/th><td>5,003<\/td><td>9,003<\/td>/);
  });

  it('tells a button that takes something away from one that does not', async () => {
    const { text } = await owner.pages.get(home());
    const looks = (act: string) => new RegExp(`/${act}">[^]*?class="button (\\S+)"`).exec(text)?.[1];
    expect([looks('disable'), looks('close')]).toEqual(['button-to-end', 'button-to-end']);
    expect(looks('reset-mail')).toBe('button-second');
  });

  it('reads which browsers an account has in words, and not as they call themselves', async () => {
    const visitor = server.visitor();
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
    visitor.headers = { ...visitor.headers, 'user-agent': firefox };
    const { email } = await server.signUp(visitor);
    const account = await server.stores.accounts.findByEmail(email);
    const { text } = await viewer.pages.get(`/admin/accounts/${account?.id}`);
    expect(text).toContain('Firefox on Linux');
    expect(text).not.toContain('Mozilla');
  });

  it('reads in their language what an event was about, and what is to know of the settings', async () => {
    const german = await signedInOperator(server, 'viewer');
    const { accounts, factors } = server.stores;
    const [reader, account] = [
      await accounts.findByEmail(german.email),
      await accounts.findByEmail(touched.email),
    ];
    if (!reader || !account) throw new Error('no account');
    const event = { kind: 'factor-added', by: 'owner' } as const;
    await accounts.replaceProfile(reader, { ...reader.profile, language: 'de' }, event);
    const factor = { kind: 'totp', id: randomId(), name: 'Tablet', createdAt: 1 } as const;
    const subject = { type: 'factor', id: factor.id, name: 'Authenticator app Tablet' } as const;
    const whose = { accountId: account.id, epoch: account.epoch };
    await factors.add(whose, { ...factor, seed: newSeed(), lastStep: 0 }, { ...event, subject });
    const shown = await german.pages.get(home());
    expect(shown.text).toContain('<dt>Was</dt><dd><bdi class="break">Authenticator-App „Tablet“</bdi></dd>');
    const overview = await german.pages.get('/admin');
    expect(overview.text).toContain('Passkeys brauchen einen Namen');
    expect(overview.text).not.toContain('passkeys need');
  });

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
