/**
 * Secrets that can be recognised, carried through a whole server: an account, its browser, a linked device, a code
 * that waits, all as people and devices make them; then each secret is sent to every route, in the place where it
 * belongs and in places where it does not.
 */
import { CompanionDevice } from '../support/companion-device.ts';
import { API_BASIC, DeviceClient } from '../support/device-client.ts';
import { KeyedMachine } from '../support/link-key-owner.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { otherCode } from '../support/other-code.ts';
import { filled, OTHER_ROUTES, type Route, SIGNAL_ROUTES, UPSTREAM_ROUTES } from '../support/routes.ts';
import { randomId } from '../support/test-stores.ts';
import type { WholeServer } from '../support/whole-server.ts';
import type { Page, PageClient } from '../web/page-client.ts';

export interface Canary {
  /** What → its value; nothing of these may be found anywhere. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Name and email of the owner: in no log, and nowhere readable in the store. */
  readonly personal: ReadonlyMap<string, string>;
  /** Every answer that was an error, or led somewhere. */
  readonly answers: readonly { to: string; page: Page }[];
}

/** Words by which a secret would be sent, none of them one that a page shows again. */
const FIELDS = [
  'password',
  'code',
  'device_code',
  'refresh_token',
  'token',
  'client_secret',
  'access_token',
  'ticket',
  'latchkey_key',
  'logout_token',
];

export async function releaseCanary(server: WholeServer): Promise<Canary> {
  const secrets = new Map<string, string>();
  const [name, email] = [`Canary ${randomId()}`, `canary-${randomId().toLowerCase()}@example.org`];
  const personal = new Map([
    ['name', name],
    ['email', email],
  ]);
  const owner = server.visitor();
  await signUp(server, owner, { name, email, secrets });
  await linkDevice(server, owner, secrets);
  await setUpDevice(server, owner, secrets);
  await linkMachine(server, owner, secrets);
  for (const [cookie, value] of owner.cookies) secrets.set(`cookie ${cookie}`, value);
  const { csrf } = { csrf: (await owner.get('/device')).field('csrf') };
  secrets.set('form token', csrf);
  const answers = await sendEverywhere(server, owner, csrf, secrets);
  return { secrets, personal, answers };
}

async function signUp(
  server: WholeServer,
  owner: PageClient,
  { name, email, secrets }: { name: string; email: string; secrets: Map<string, string> },
): Promise<void> {
  const password = `canary-password-${randomId()}`;
  const wrong = `canary-wrong-password-${randomId()}`;
  const page = await owner.submit('/sign-up', '/sign-up', { name, email, password });
  const code = /\b\d{6}\b/.exec(await server.mailTo(email))?.[0] ?? '';
  const [csrf, ticket] = [page.field('csrf'), page.field('ticket')];
  await owner.post('/sign-up/confirm', { csrf, ticket, code: otherCode(code) });
  await owner.post('/sign-up/confirm', { csrf, ticket, code });
  await server.visitor().submit('/sign-in', '/sign-in', { email, password: wrong });
  await server.visitor().submit('/sign-in', '/sign-in', { email, password });
  const values = { password, 'wrong password': wrong, 'mailed code': code, 'sign-up ticket': ticket };
  for (const [what, value] of Object.entries(values)) secrets.set(what, value);
}

async function linkDevice(
  server: WholeServer,
  owner: PageClient,
  secrets: Map<string, string>,
): Promise<void> {
  const device = new DeviceClient(server.issuer, 'tv');
  const linked = codesOf(await device.authorize());
  const confirm = await owner.submit('/device', '/device', { user_code: linked.userCode });
  const ticket = confirm.field('ticket');
  // The device is on another network than the owner, so the code is typed once more.
  const decision = { decision: 'approve', user_code: linked.userCode };
  await owner.post('/device/confirm', { csrf: confirm.field('csrf'), ticket, ...decision });
  const first = tokensOf(await device.poll(linked.deviceCode));
  const second = tokensOf(await device.refresh(first.refresh_token));
  await device.userinfo(second.access_token);
  const waiting = codesOf(await device.authorize());
  await device.poll(waiting.deviceCode);
  const values = {
    'device code': linked.deviceCode,
    'waiting device code': waiting.deviceCode,
    'user code': linked.userCode,
    'waiting user code': waiting.userCode,
    'link ticket': ticket,
    'access token': first.access_token,
    'refresh token': first.refresh_token,
    'later access token': second.access_token,
    'later refresh token': second.refresh_token,
    'ID token': first.id_token ?? '',
    'secret of a client': API_BASIC.slice('Basic '.length),
  };
  for (const [what, value] of Object.entries(values)) secrets.set(what, value);
}

/** By its maker's app: the owner proves who they are for it, since the device is on another network. */
async function setUpDevice(
  server: WholeServer,
  owner: PageClient,
  secrets: Map<string, string>,
): Promise<void> {
  const device = new CompanionDevice(server.issuer);
  const pushed = String((await device.push()).body['request_uri']);
  const { pathname, search } = device.linkOf(pushed);
  const { location } = await owner.get(pathname + search);
  const shown = async (page: Page): Promise<Page> =>
    page.location === '' ? page : shown(await owner.get(page.location));
  const asked = await shown(await owner.submit(location, location, { decision: 'approve' }));
  const form = {
    csrf: asked.field('csrf'),
    held: asked.field('held'),
    password: secrets.get('password') ?? '',
  };
  const { onward } = await shown(await owner.post('/account/prove', form));
  const answer = new URL((await owner.get(onward)).location);
  const code = answer.searchParams.get('code') ?? '';
  const { status, body } = await device.redeem(code);
  if (status !== 200) throw new Error(`the device was not set up: ${status}`);
  const values = {
    'pushed request': pushed.split(':').pop() ?? '',
    'code of a device': code,
    'verifier of a device': device.verifier,
    'refresh token of a device': String(body['refresh_token']),
  };
  for (const [what, value] of Object.entries(values)) secrets.set(what, value);
}

/** By a key that the owner makes, which is used where it may be, and elsewhere. */
async function linkMachine(
  server: WholeServer,
  owner: PageClient,
  secrets: Map<string, string>,
): Promise<void> {
  const chosen = { key_name: 'Rack', client: 'rack', uses: '2', life: 'hour', network: 'here' };
  const asked = await owner.submit('/account/keys/new', '/account/keys/new', chosen);
  const [csrf, held] = [asked.field('csrf'), asked.field('held')];
  const made = await owner.post('/account/prove', { csrf, held, password: secrets.get('password') ?? '' });
  const key = /\blk_[\w-]{65}\b/.exec(made.text)?.[0] ?? '';
  const from = (address: string) =>
    new KeyedMachine(server.issuer, key, 'rack', { 'x-forwarded-for': address });
  await from('203.0.113.200').links();
  const { status, body } = await from('198.51.100.9').links();
  if (status !== 200) throw new Error(`the machine was not linked: ${status}`);
  secrets.set('key of an owner', key);
  secrets.set('secret of a key', key.slice(-43));
  secrets.set('refresh token of a machine', String(body['refresh_token']));
}

/** What signs this browser out comes last: all others are to be met by a signed-in owner. */
function inOrder(routes: readonly Route[]): Route[] {
  const ends = ({ method, path }: Route) => method === 'POST' && /sign-out$|compromised$/.test(path);
  return [...routes.filter((route) => !ends(route)), ...routes.filter(ends)];
}

async function sendEverywhere(
  server: WholeServer,
  owner: PageClient,
  csrf: string,
  secrets: ReadonlyMap<string, string>,
): Promise<{ to: string; page: Page }[]> {
  const answers: { to: string; page: Page }[] = [];
  const cookies = [...owner.cookies].map(([cookie, value]) => `${cookie}=${value}`).join('; ');
  for (const route of inOrder([...server.routes, ...OTHER_ROUTES, ...UPSTREAM_ROUTES, ...SIGNAL_ROUTES])) {
    for (const [what, value] of secrets) {
      const fields = Object.fromEntries(FIELDS.map((field) => [field, value]));
      const form = new URLSearchParams({ csrf, ...fields }).toString();
      const headers = {
        cookie: `${cookies}; other=${encodeURIComponent(value)}`,
        authorization: `Bearer ${encodeURIComponent(value)}`,
        'x-anything': encodeURIComponent(value),
        'user-agent': encodeURIComponent(value),
        'x-forwarded-for': '203.0.113.9',
        'content-type': 'application/x-www-form-urlencoded',
      };
      const path = filled(route, value);
      const sent =
        route.method === 'GET' ? `${path}?${form}` : `${path}?anything=${encodeURIComponent(value)}`;
      const page = await owner.send(route.method, sent, route.method === 'GET' ? undefined : form, headers);
      answers.push({ to: `${what} at ${route.method} ${route.path}: ${page.status}`, page });
    }
  }
  return answers;
}
