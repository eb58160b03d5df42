/** What programs of the operator's do that the tool alone did before: keeping accounts, finding devices, tokens that admit clients. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from '../support/http.ts';
import { type AdminWorld, type Answer, adminWorld } from './admin-world.ts';

let world: AdminWorld;
beforeAll(async () => {
  world = await adminWorld({ REGISTRATION: 'token' });
});
afterAll(() => world.close());

const rowsOf = ({ body }: Answer) => body['data'] as Record<string, unknown>[];
const once = (key: string) => ({ headers: { 'idempotency-key': key } });

describe('an account that is to be closed', () => {
  it('is kept though its owner asked for the closing, and though it is disabled, and its owner is told', async () => {
    const { browser } = await world.server.owner();
    const at = `/accounts/${browser.accountId}`;
    await world.server.stores.closings.ask(browser, 60_000, { kind: 'closing-asked', by: 'owner' });
    expect((await world.ask('POST', `${at}/disable`)).status).toBe(200);
    expect((await world.ask('POST', `${at}/keep`)).body).toEqual({ changed: true });
    expect((await world.ask('GET', at)).body['closes_at']).toBeNull();
    expect((await world.ask('POST', `${at}/keep`)).body).toEqual({ changed: false });
    const [newest] = rowsOf(await world.ask('GET', `${at}/activity?limit=1`));
    expect(newest).toMatchObject({ event: 'closing-taken-back', by: 'operator' });
    expect((await world.ask('POST', '/accounts/AAAAAAAAAAAAAAAAAAAAAA/keep')).status).toBe(404);
  });

  it('that is closed for good is not kept', async () => {
    const { browser } = await world.server.owner();
    const at = `/accounts/${browser.accountId}`;
    const { closings } = world.server.stores;
    await world.ask('POST', `${at}/close`, { body: { at_once: true } });
    const late = await closings.erase(browser.accountId, async () => {
      expect((await world.ask('POST', `${at}/keep`)).body).toEqual({ changed: false });
    });
    expect([late, (await world.ask('GET', at)).status]).toEqual([undefined, 404]);
  });
});

describe('a device', () => {
  it('is found by its id alone, with whose it is; one that is gone is not', async () => {
    const { browser } = await world.server.owner();
    await world.link(browser);
    const at = `/accounts/${browser.accountId}/devices`;
    const [device] = rowsOf(await world.ask('GET', at));
    const found = await world.ask('GET', `/devices/${device?.['id']}`);
    expect(found.body).toEqual({ ...device, account_id: browser.accountId });
    await world.ask('DELETE', `${at}/${device?.['id']}`);
    for (const id of [device?.['id'], 'AAAAAAAAAAAAAAAAAAAAAA', '*'.repeat(22), browser.accountId])
      expect((await world.ask('GET', `/devices/${encodeURIComponent(String(id))}`)).status).toBe(404);
  });
});

describe('an initial access token', () => {
  const register = (token: unknown) =>
    request(`${world.server.origin}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({
        redirect_uris: ['https://app.example.com/in'],
        token_endpoint_auth_method: 'none',
      }),
    });

  it('admits one client, is told once, and admits none once it has ended', async () => {
    const made = await world.ask('POST', '/initial-access-tokens', {
      ...once('one'),
      body: { name: 'Lab', uses: 2 },
    });
    expect([made.status, made.body['name'], made.body['uses_left']]).toEqual([201, 'Lab', 2]);
    expect(
      (await world.ask('POST', '/initial-access-tokens', { ...once('one'), body: { name: 'Lab', uses: 2 } }))
        .body,
    ).toEqual(made.body);
    expect((await register(made.body['token'])).status).toBe(201);
    const listed = await world.ask('GET', '/initial-access-tokens');
    expect(rowsOf(listed)).toEqual([expect.objectContaining({ id: made.body['id'], uses_left: 1 })]);
    expect(JSON.stringify(listed.body)).not.toContain(String(made.body['token']));
    const path = `/initial-access-tokens/${made.body['id']}`;
    expect((await world.ask('DELETE', path)).status).toBe(204);
    expect((await world.ask('DELETE', path)).status).toBe(404);
    expect((await register(made.body['token'])).status).toBe(401);
  });

  it('is not made where it would admit nobody, or for longer than may be', async () => {
    const tooLong = await world.ask('POST', '/initial-access-tokens', {
      ...once('two'),
      body: { days: 366 },
    });
    expect(tooLong.status).toBe(400);
    await using closed = await adminWorld();
    const refused = await closed.ask('POST', '/initial-access-tokens', { ...once('three'), body: {} });
    expect([refused.status, refused.body['type']]).toEqual([409, 'urn:latchkey:problem:registration-closed']);
  });
});
