/** A directory whose call was not carried out is told so, and when to call again. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ask, type HttpAnswer } from '../support/http.ts';
import { reconnected } from '../support/reconnected.ts';
import { type AdminWorld, adminWorld } from './admin-world.ts';

const CALLS = 3;

let world: AdminWorld;
beforeAll(async () => {
  world = await adminWorld({ LIMIT_ADMIN_CALLS: `${CALLS}/1m 30s..1m` });
});
afterAll(() => world.close());

function revoke(sub: string, token: string): Promise<HttpAnswer> {
  return ask(world.server.origin, {
    method: 'POST',
    path: '/global-token-revocation',
    headers: {
      'x-forwarded-for': '203.0.113.9',
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ sub_id: { format: 'iss_sub', iss: world.server.issuer, sub } }),
  });
}

it('a directory is told that nothing is done while the store is down, and calls again', async () => {
  const owner = await world.server.owner();
  const token = await world.token(['sessions:end']);
  const { redis } = world.server.inside.connection;
  Object.assign(redis.options, { commandTimeout: 500 });
  redis.disconnect();
  const refused = await revoke(owner.browser.accountId, token).finally(() => reconnected(redis));
  expect([refused.status, refused.headers['content-type']]).toEqual([503, 'application/problem+json']);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await owner.get('/account')).status).toBe(200);
  expect((await revoke(owner.browser.accountId, token)).status).toBe(204);
  expect((await owner.get('/account')).status).not.toBe(200);
});

it('a directory that calls too often is told when it may again, and has signed nobody out', async () => {
  const owner = await world.server.owner();
  const token = await world.token(['sessions:end'], 'ops');
  const statuses: number[] = [];
  for (let call = 0; call < CALLS; call += 1)
    statuses.push((await revoke('AAAAAAAAAAAAAAAAAAAAAA', token)).status);
  expect(statuses).toContain(404);
  const refused = await revoke(owner.browser.accountId, token);
  expect([refused.status, refused.headers['content-type']]).toEqual([429, 'application/problem+json']);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await owner.get('/account')).status).toBe(200);
});
