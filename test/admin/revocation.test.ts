/** A directory signs an owner out of everything, and no other client can. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { linkEvent } from '../../src/upstream/upstream-linking.ts';
import { visit } from '../accounts/account-world.ts';
import { DeviceClient } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { type AdminWorld, adminWorld, SECRET } from './admin-world.ts';

const run = promisify(execFile);

const CORP = {
  id: 'corp',
  name: 'Corp',
  issuer: 'http://127.0.0.1:9',
  client_id: 'us',
  client_secret: 'a secret of a provider for tests, 40 chr',
};

let world: AdminWorld;
beforeAll(async () => {
  world = await adminWorld({ EGRESS_ALLOW: '127.0.0.0/8' }, { upstreams: [CORP] });
});
afterAll(() => world.close());

async function revoke(
  body: string,
  scopes: string[] | undefined = ['sessions:end'],
  address = '203.0.113.9',
) {
  const token = scopes.length > 0 ? await world.token(scopes) : '';
  return request(`${world.server.origin}/global-token-revocation`, {
    method: 'POST',
    headers: {
      'x-forwarded-for': address,
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body,
  });
}

const naming = (sub: string, iss = world.server.issuer, format = 'iss_sub') =>
  JSON.stringify({ sub_id: { format, iss, sub } });

it('an owner whom the directory signs out has no browser and no device signed in any more', async () => {
  const owner = await world.server.owner();
  const { accountId } = owner.browser;
  const { access_token: token, refresh_token: refreshToken } = await world.link(owner.browser);
  expect((await revoke(naming(accountId))).status).toBe(204);
  expect((await owner.get('/account/devices')).status).not.toBe(200);
  const me = await request(`${world.server.origin}/me`, { headers: { authorization: `Bearer ${token}` } });
  expect(me.status).toBe(401);
  const refreshed = await new DeviceClient(world.server.origin).refresh(refreshToken);
  expect([refreshed.status, refreshed.body['error']]).toEqual([400, 'invalid_grant']);
  const { body } = await world.ask('GET', `/accounts/${accountId}/activity?limit=1`);
  expect(body['data']).toEqual([expect.objectContaining({ event: 'signed-out-everything', by: 'operator' })]);
});

it('an owner stays signed in where the client that asks may not, or names no account', async () => {
  const owner = await world.server.owner();
  const sub = owner.browser.accountId;
  const unasked = await revoke(naming(sub), []);
  expect([unasked.status, unasked.headers.get('www-authenticate')]).toEqual([
    401,
    expect.stringContaining('Bearer'),
  ]);
  expect((await revoke(naming(sub), ['admin:accounts:write'])).status).toBe(403);
  expect((await revoke(naming(sub), undefined, '198.51.100.1')).status).toBe(404);
  expect((await revoke(naming(sub, 'https://other.example'))).status).toBe(422);
  expect((await revoke(naming(sub, undefined, 'opaque'))).status).toBe(422);
  expect((await revoke(naming('AAAAAAAAAAAAAAAAAAAAAA'))).status).toBe(404);
  expect((await revoke('{')).status).toBe(400);
  expect((await owner.get('/account/devices')).status).toBe(200);
});

it('an owner whom the directory knows by its own id alone is signed out by that', async () => {
  const [owner, other] = [await world.server.owner(), await world.server.owner()];
  const link = { issuer: CORP.issuer, subject: 'jane.roe', upstream: 'corp', email: undefined, since: 1 };
  await world.server.stores.upstreamLinks.link(
    owner.browser,
    link,
    linkEvent('upstream-linked', CORP, visit()),
  );
  expect((await revoke(naming('john.roe', CORP.issuer))).status).toBe(404);
  expect((await owner.get('/account/devices')).status).toBe(200);
  expect((await revoke(naming('jane.roe', CORP.issuer))).status).toBe(204);
  expect((await owner.get('/account/devices')).status).not.toBe(200);
  expect((await other.get('/account/devices')).status).toBe(200);
});

it('an engineer copies what stands in the document, and the owner is signed out', async () => {
  const text = await readFile(new URL('../../docs/revocation.md', import.meta.url), 'utf8');
  const { origin, issuer } = world.server;
  const [, shown = ''] = /^```sh\n([\s\S]*?)^```$/m.exec(text) ?? [];
  const owner = await world.server.owner();
  // Its network is one of those that are named.
  const inside = '-H "X-Forwarded-For: 203.0.113.9" ';
  const copied = shown
    .replaceAll('curl -s ', `curl -s ${inside}`)
    .replaceAll('http://localhost:3000', origin)
    .replace('directory:', 'ops:');
  const variables = { SECRET: encodeURIComponent(SECRET), ISS: issuer, SUB: owner.browser.accountId };
  const { stdout } = await run('sh', ['-ec', copied], { env: { ...process.env, ...variables } });
  expect(stdout).toBe('204\n');
  expect((await owner.get('/account/devices')).status).not.toBe(200);
});
