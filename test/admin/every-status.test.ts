/** An engineer who writes a program by `openapi.json`: every status that it names occurs, at each call, and is as it says. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AdminRoute } from '../../src/admin/route.ts';
import { isChange } from '../../src/admin/route.ts';
import { randomId } from '../support/test-stores.ts';
import { webhookKey } from '../support/webhook-listener.ts';
import { type AdminWorld, ALL_SCOPES, type Asked, adminWorld } from './admin-world.ts';
import { ALL_ROUTES, DESCRIPTION, namedStatuses } from './described-answers.ts';
import { goodBody, newTargets, type Targets } from './good-calls.ts';

const RECEIVER = { id: 'maker', url: 'http://127.0.0.1:9/', secrets: [webhookKey()] };

let world: AdminWorld;
let bearer = '';
beforeAll(async () => {
  const settings = { SIGN_UP: 'invite', REGISTRATION: 'token' };
  world = await adminWorld(settings, { webhooks: [RECEIVER] });
  bearer = await world.token();
});
afterAll(() => world.close());

const seen = new Map<string, Set<number>>();

/** @param at where, and what of: what is not named is nothing that there is */
async function send(
  route: AdminRoute,
  asked: Asked = {},
  at: Partial<Targets> = {},
  query = '',
): Promise<number> {
  const path = route.path.replace(/\{(\w+)\}/g, (_all, name: keyof Targets) => at[name] ?? 'A'.repeat(22));
  const body = goodBody(route.name, world.server.issuer);
  const headers = {
    ...(route.method === 'POST' && { 'idempotency-key': randomId() }),
    ...(route.versioned && { 'if-match': at.version ?? '"another"' }),
  };
  const needed = route.name === 'devices-list' ? '?client_id=tv' : '';
  const { status } = await world.call(route.method, path + (query || needed), {
    ...{ token: bearer, ...(body && { body }) },
    ...asked,
    headers: { ...headers, ...asked.headers },
  });
  seen.set(route.name, (seen.get(route.name) ?? new Set()).add(status));
  return status;
}

/** Each of these routes, one after the other, answers so. */
async function each(
  routes: readonly AdminRoute[],
  status: number,
  ask: (route: AdminRoute) => Promise<number>,
): Promise<void> {
  expect(routes).not.toEqual([]);
  for (const route of routes) expect([route.name, await ask(route)]).toEqual([route.name, status]);
}

const posts = ALL_ROUTES.filter(({ method }) => method === 'POST');

it('what is there is answered as it says, by every call', async () => {
  for (const route of ALL_ROUTES) {
    const [done = ''] = Object.keys(route.answers);
    const status = await send(route, {}, await newTargets(world, route));
    expect([route.name, status]).toEqual([route.name, Number(done)]);
  }
});

it('a misspelt word, a body that is too long, a path that leads to nothing', async () => {
  await each(ALL_ROUTES, 400, (route) => send(route, {}, {}, '?nonsense=1'));
  const long = { name: 'x'.repeat(300_000) };
  await each(ALL_ROUTES.filter(isChange), 413, (route) => send(route, { body: long }));
  const about = ALL_ROUTES.filter(({ path }) => path.includes('{'));
  await each(about, 404, (route) => send(route));
});

it('no token, or one of another scope', async () => {
  await each(ALL_ROUTES, 401, (route) => send(route, { token: 'none' }));
  for (const scope of new Set(ALL_ROUTES.flatMap((route) => route.scope ?? []))) {
    const token = await world.token(ALL_SCOPES.filter((one) => one !== scope));
    const routes = ALL_ROUTES.filter((route) => route.scope === scope);
    await each(routes, 403, (route) => send(route, { token }));
  }
});

it('a key of another call, and one of a call that is being done', async () => {
  const headers = { 'idempotency-key': randomId() };
  const [first] = posts;
  const { browser } = await world.server.owner();
  if (first) await send(first, { headers }, { account: browser.accountId });
  await each(posts, 422, (route) => send(route, { headers }));
  const { records } = world.server.stores;
  for (const route of posts) {
    const key = randomId();
    await records.claim('AdminHold', `ops ${key}`, 60_000);
    expect([route.name, await send(route, { headers: { 'idempotency-key': key } })]).toEqual([
      route.name,
      409,
    ]);
  }
});

it('what cannot be done as things stand, or has changed meanwhile', async () => {
  const { stores } = world.server;
  for (const route of ALL_ROUTES.filter(({ conflicts, method }) => conflicts && method !== 'POST')) {
    const at = await newTargets(world, route);
    if (at.account) await stores.accounts.setStatus(at.account as never, 'disabled');
    const inFile = { ...at, client: 'tv' };
    expect([route.name, await send(route, {}, inFile)]).toEqual([route.name, 409]);
  }
  const versioned = ALL_ROUTES.filter((route) => route.versioned);
  await each(versioned, 412, async (route) => {
    const { version: _, ...at } = await newTargets(world, route);
    return send(route, {}, at);
  });
});

it('too many calls', async () => {
  await using hurried = await adminWorld({ LIMIT_ADMIN_CALLS: '1/1h 1h..1h' });
  const [own, token] = [world, await hurried.token()];
  try {
    world = hurried;
    await hurried.call('GET', '/stats', { token });
    await each(ALL_ROUTES, 429, (route) => send(route, { token }));
  } finally {
    world = own;
  }
});

it('a server that has failed, and one whose store is away', async () => {
  const { connection } = world.server.stores;
  const before = new Set(await connection.redis.keys(`${world.server.stores.prefix}ClientCredentials*`));
  const token = await world.token(ALL_SCOPES, 'ops');
  const all = await connection.redis.keys(`${world.server.stores.prefix}ClientCredentials*`);
  for (const key of all.filter((one) => !before.has(one))) await connection.redis.set(key, 'damaged');
  await each(ALL_ROUTES, 500, (route) => send(route, { token }));
  world.server.inside.connection.redis.disconnect();
  // Each waits for it for a while.
  const found = await Promise.all(ALL_ROUTES.map(async (route) => [route.name, await send(route)]));
  expect(found).toEqual(ALL_ROUTES.map(({ name }) => [name, 503]));
});

it('each has occurred that openapi.json names, and it is the one that a server tells', async () => {
  const occurred = new Map([...seen].map(([name, statuses]) => [name, [...statuses].sort()]));
  expect(Object.fromEntries(occurred)).toEqual(Object.fromEntries(namedStatuses()));
  await using other = await adminWorld();
  const { body } = await other.ask('GET', '/openapi.json');
  const plain = JSON.parse(JSON.stringify(DESCRIPTION)) as Record<string, unknown>;
  expect({
    paths: body['paths'],
    schemas: (body['components'] as typeof DESCRIPTION.components).schemas,
  }).toEqual({
    paths: plain['paths'],
    schemas: DESCRIPTION.components.schemas,
  });
});
