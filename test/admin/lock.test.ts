/** Who may call the Admin API, and that no other client learns or changes anything. Made from the table of routes. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from '../support/http.ts';
import { ADMIN_ROUTES, filledPath, type RouteOfTable } from './admin-routes.ts';
import { type AdminWorld, ALL_SCOPES, type Answer, adminWorld } from './admin-world.ts';

let world: AdminWorld;
let [account, accountsToken, bearer] = ['', '', ''];
beforeAll(async () => {
  world = await adminWorld();
  const { browser } = await world.server.owner();
  account = browser.accountId;
  accountsToken = (await world.link(browser)).access_token;
  bearer = await world.token();
});
afterAll(() => world.close());

const problem = ({ body }: Answer) => body['type'];

/** Sends it as it stands in the table, and sees that the store is as it was. */
async function refused(route: RouteOfTable, asked: Parameters<AdminWorld['call']>[2]): Promise<Answer> {
  const before = await world.contents();
  world.server.forgetLog();
  const body = route.method === 'GET' || route.method === 'DELETE' ? {} : { body: {} };
  const answer = await world.call(route.method, filledPath(route, account), { ...body, ...asked });
  expect(await world.contents()).toEqual(before);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return answer;
}

describe.each(ADMIN_ROUTES)('$method $path', (route) => {
  it('is nothing for a stranger without a token', async () => {
    const answer = await refused(route, {});
    expect([answer.status, problem(answer)]).toEqual([401, 'urn:latchkey:problem:no-token']);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer, DPoP algs="/);
    expect(world.server.logged()).toContain('"event":"admin-refused"');
  });

  it('is nothing for a device with its owner’s token', async () => {
    const answer = await refused(route, { token: accountsToken });
    expect([answer.status, problem(answer)]).toEqual([401, 'urn:latchkey:problem:invalid-token']);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(world.server.logged()).toContain('"reason":"invalid-token"');
  });

  it('is nothing from another network, token or none', async () => {
    for (const address of ['198.51.100.7', '203.0.114.1']) {
      const answer = await refused(route, { token: bearer, address });
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).not.toContain('problem');
      expect(world.server.logged()).toContain('"reason":"network"');
    }
  });

  it('is refused to a client that has every scope but its own', async () => {
    if (route.scope === undefined) return;
    const others = ALL_SCOPES.filter((scope) => scope !== route.scope);
    const answer = await refused(route, { token: await world.token(others) });
    expect([answer.status, problem(answer)]).toEqual([403, 'urn:latchkey:problem:insufficient-scope']);
    const told = `Bearer error="insufficient_scope", scope="${route.scope}"`;
    expect(answer.headers.get('www-authenticate')).toBe(told);
    const [newest] = await world.server.stores.auditTrail.list('reads', { most: 1 });
    expect(newest).toMatchObject({ client: 'ops', call: route.name, scope: route.scope, status: 403 });
    if (route.path.includes('{account}')) expect(newest?.account).toMatch(/^[\w-]{16}$/);
  });
});

describe('tokens for the Admin API', () => {
  it('an owner’s endpoints and pages do not take one', async () => {
    const headers = { authorization: `Bearer ${bearer}`, 'x-forwarded-for': '203.0.113.9' };
    for (const path of ['/me', '/voice-code/verify']) {
      const method = path === '/me' ? 'GET' : 'POST';
      expect((await request(`${world.server.origin}${path}`, { method, headers })).status).toBe(401);
    }
    const page = await request(`${world.server.origin}/account/devices`, { headers, redirect: 'manual' });
    expect([page.status, page.headers.get('location')]).toEqual([303, expect.stringContaining('/sign-in')]);
  });

  it('no owner is asked to let an app or a device use it', async () => {
    const resource = `${world.server.issuer}/admin/v1`;
    const body = new URLSearchParams({ client_id: 'tv', scope: 'openid', resource });
    const asked = await request(`${world.server.origin}/device/auth`, { method: 'POST', body });
    expect([asked.status, await asked.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_target' }),
    ]);
  });

  it('a client gets none with a scope that the operator did not give it', async () => {
    await expect(world.token(['admin:keys'], 'viewer')).rejects.toThrow(/invalid_scope/);
    const token = await world.token(['admin:accounts:read'], 'viewer');
    expect((await world.call('GET', '/accounts', { token })).status).toBe(200);
  });

  it('the newest is worth nothing once the operator has disabled its client, or ended what it has', async () => {
    for (const act of ['end', 'disable'] as const) {
      const token = await world.token(['admin:accounts:read'], 'viewer');
      await world.server.stores.clientStates.act('viewer', act);
      expect((await world.call('GET', '/accounts', { token })).status).toBe(401);
    }
    await world.server.stores.clientStates.act('viewer', 'enable');
  });

  it('lives ten minutes, however long others do', async () => {
    await using long = await adminWorld({ ACCESS_TOKEN_MINUTES: '60' });
    const { exp, iat } = await long.introspected(await long.token());
    expect(exp - iat).toBe(600);
  });
});

describe('a request of which nobody can tell from where it comes', () => {
  it('is outside: a proxy of ours that does not say who asked, and one that is not named', async () => {
    const everywhere = { ADMIN_NETWORKS: '0.0.0.0/0,::/0' };
    await using ours = await adminWorld(everywhere);
    expect((await ours.call('GET', '/accounts')).status).toBe(401);
    expect((await ours.call('GET', '/accounts', { address: 'unknown' })).status).toBe(404);
    await using unnamed = await adminWorld({ ...everywhere, TRUSTED_PROXIES: 'none' });
    expect((await unnamed.call('GET', '/accounts')).status).toBe(404);
  });
});

describe('a server without it', () => {
  it('gives no token for it, and has nothing there', async () => {
    await using off = await adminWorld({ ADMIN: 'off' });
    await expect(off.token()).rejects.toThrow(/invalid_target/);
    expect((await off.call('GET', '/accounts')).status).toBe(404);
  });
});
