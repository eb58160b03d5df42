/** Clients through the Admin API, and that none gives itself, or another, a right that it has not. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from '../support/http.ts';
import { type AdminWorld, type Answer, adminWorld } from './admin-world.ts';

let world: AdminWorld;
beforeAll(async () => {
  world = await adminWorld();
});
afterAll(() => world.close());

let keys = 0;
const once = () => {
  keys += 1;
  return { 'idempotency-key': `clients-${keys}` };
};
const rowsOf = ({ body }: Answer) => body['data'] as { client_id: string; origin: string }[];
const create = (body: object, headers = once()) => world.ask('POST', '/clients', { body, headers });
const etagOf = async (id: string) => (await world.ask('GET', `/clients/${id}`)).headers.get('etag') ?? '';

/** What the token endpoint says to this client. */
async function introspect(id: string, secret: string): Promise<number> {
  const response = await request(`${world.server.origin}/token/introspection`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams({ token: 'x' }),
  });
  return response.status;
}

const API = { client_name: 'An API', grant_types: [], token_endpoint_auth_method: 'client_secret_basic' };

describe('a client', () => {
  it('is created once for one key, with a secret that works and is told to that call alone', async () => {
    const headers = once();
    const made = await create({ client_id: 'reader', ...API }, headers);
    expect(made.status).toBe(201);
    const secret = String(made.body['client_secret']);
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect((await create({ client_id: 'reader', ...API }, headers)).body).toEqual(made.body);
    expect((await create({ client_id: 'reader', ...API })).body['type']).toBe(
      'urn:latchkey:problem:client-exists',
    );
    expect(await introspect('reader', secret)).toBe(200);
    const shown = await world.ask('GET', '/clients/reader');
    expect(shown.body).toMatchObject({
      client_id: 'reader',
      origin: 'stored',
      status: 'active',
      metadata: API,
    });
    expect(JSON.stringify(shown.body)).not.toContain(secret);
  });

  it('is replaced over the version that was read, and no other', async () => {
    await create({ client_id: 'lamp', client_name: 'Lamp' });
    const headers = { 'if-match': await etagOf('lamp') };
    expect((await world.ask('PUT', '/clients/lamp', { body: { client_name: 'Lamp 2' } })).status).toBe(400);
    const put = await world.ask('PUT', '/clients/lamp', { body: { client_name: 'Lamp 2' }, headers });
    expect([put.status, put.body['name']]).toEqual([200, 'Lamp 2']);
    const stale = await world.ask('PUT', '/clients/lamp', { body: { client_name: 'Lamp 3' }, headers });
    expect([stale.status, stale.body['type']]).toEqual([412, 'urn:latchkey:problem:changed-meanwhile']);
    const wrong = await world.ask('PUT', '/clients/lamp', {
      body: { client_name: 'Lamp', redirect_uris: ['http://example.com/cb'] },
      headers: { 'if-match': await etagOf('lamp') },
    });
    expect([wrong.status, wrong.body['errors']]).toEqual([400, [expect.objectContaining({ pointer: '' })]]);
  });

  it('gets a new secret while the one before goes on, for as long as is said', async () => {
    const made = await create({ client_id: 'two-secrets', ...API });
    const rotate = (body: object) =>
      world.ask('POST', '/clients/two-secrets/secrets', { body, headers: once() });
    const overlapping = await rotate({});
    expect(overlapping.status).toBe(201);
    const days = (Date.parse(String(overlapping.body['former_until'])) - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(7, 2);
    const secrets = [made, overlapping].map(({ body }) => String(body['client_secret']));
    for (const secret of secrets) expect(await introspect('two-secrets', secret)).toBe(200);
    const last = await rotate({ overlap_hours: 0 });
    expect(await introspect('two-secrets', secrets[1] ?? '')).toBe(401);
    expect(await introspect('two-secrets', String(last.body['client_secret']))).toBe(200);
    expect((await rotate({ overlap_hours: 721 })).status).toBe(400);
  });

  it('is disabled, enabled, ended and deleted for good', async () => {
    await create({ client_id: 'radio', client_name: 'Radio' });
    const act = async (what: string) =>
      (await world.ask('POST', `/clients/radio/${what}`, { headers: once() })).body;
    expect(await act('disable')).toEqual({ changed: true, status: 'disabled' });
    expect(await act('disable')).toEqual({ changed: false, status: 'disabled' });
    expect(await act('enable')).toEqual({ changed: true, status: 'active' });
    expect(await act('end-devices')).toEqual({ changed: true, status: 'active' });
    expect((await world.ask('DELETE', '/clients/radio')).status).toBe(204);
    expect((await world.ask('DELETE', '/clients/radio')).status).toBe(404);
    const again = await create({ client_id: 'radio', client_name: 'Radio' });
    expect(again.body['type']).toBe('urn:latchkey:problem:client-deleted');
  });

  it('of the clients file is ended from here, and changed there alone', async () => {
    expect((await world.ask('POST', '/clients/tv/disable')).body).toEqual({
      changed: true,
      status: 'disabled',
    });
    expect((await world.ask('POST', '/clients/tv/enable')).status).toBe(200);
    const put = { body: { client_name: 'Mine' }, headers: { 'if-match': '"x"' } };
    for (const answer of [
      await world.ask('PUT', '/clients/tv', put),
      await world.ask('DELETE', '/clients/tv'),
      await world.ask('POST', '/clients/tv/secrets', { body: {}, headers: once() }),
      await create({ client_id: 'tv', client_name: 'Mine' }),
    ])
      expect(answer.body['type']).toBe('urn:latchkey:problem:client-from-file');
  });

  it('is listed by id, in pages, each once', async () => {
    const ids: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await world.ask('GET', `/clients?limit=2${cursor}`);
      ids.push(...rowsOf(page).map(({ client_id: id }) => id));
      if (page.body['next'] === null) break;
      cursor = `&cursor=${encodeURIComponent(String(page.body['next']))}`;
    }
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toEqual(expect.arrayContaining(['lamp', 'ops', 'tv', 'viewer']));
    const files = rowsOf(await world.ask('GET', '/clients?origin=file'));
    expect(files.map(({ client_id: id }) => id)).toEqual(['notes', 'ops', 'tv', 'viewer']);
  });
});

describe('a client with every scope', () => {
  const own = (scopes: readonly string[]) => ({
    ...API,
    grant_types: ['client_credentials'],
    own_access: { [`${world.server.issuer}/admin/v1`]: scopes },
  });
  const forbidden = 'urn:latchkey:problem:client-may-administer';

  it('creates none that may call this API, and makes none of one that is there', async () => {
    for (const scopes of [['admin:keys'], []])
      expect((await create({ client_id: 'friend', ...own(scopes) })).body['type']).toBe(forbidden);
    await create({ client_id: 'helper', ...API });
    const headers = { 'if-match': await etagOf('helper') };
    const put = await world.ask('PUT', '/clients/helper', { body: own(['admin:keys']), headers });
    expect(put.body['type']).toBe(forbidden);
    await expect(world.token([], 'friend')).rejects.toThrow(/invalid_client/);
  });

  it('neither enables, ends nor gets a secret of one that may, itself among them', async () => {
    for (const id of ['ops', 'viewer']) {
      const answers = [
        await world.ask('POST', `/clients/${id}/secrets`, { body: {}, headers: once() }),
        await world.ask('POST', `/clients/${id}/enable`),
        await world.ask('POST', `/clients/${id}/disable`),
        await world.ask('POST', `/clients/${id}/end-devices`, { headers: once() }),
        await world.ask('DELETE', `/clients/${id}`),
        await world.ask('PUT', `/clients/${id}`, { body: {}, headers: { 'if-match': '"x"' } }),
      ];
      expect(answers.map(({ body }) => body['type'])).toEqual(answers.map(() => forbidden));
    }
  });
});

describe('signing keys', () => {
  it('are replaced once for one key of the call', async () => {
    const before = rowsOf(await world.ask('GET', '/keys'));
    const rotate = (headers = once()) => world.ask('POST', '/keys/rotate', { body: {}, headers });
    const headers = once();
    const first = await rotate(headers);
    expect(first.body['changed']).toBe(true);
    expect((await rotate(headers)).body).toEqual(first.body);
    expect((await rotate()).body['changed']).toBe(false);
    expect(rowsOf(await world.ask('GET', '/keys')).length).toBeGreaterThan(before.length);
    expect(JSON.stringify(first.body)).not.toContain('"d"');
  });
});

describe('the audit', () => {
  it('is read in pages: what was asked and what came of it, and apart from it what was looked at', async () => {
    const changes = rowsOf(await world.ask('GET', '/audit?limit=2')) as unknown as Record<string, unknown>[];
    expect(changes.map(({ phase }) => phase)).toEqual(['answered', 'asked']);
    const [newest] = rowsOf(await world.ask('GET', '/audit?kind=reads&limit=1'));
    expect(newest).toMatchObject({ client_id: 'ops', call: 'audit-list', status: 200 });
    const page = await world.ask('GET', '/audit?limit=1');
    const next = await world.ask(
      'GET',
      `/audit?limit=1&cursor=${encodeURIComponent(String(page.body['next']))}`,
    );
    expect(rowsOf(next)[0]).not.toEqual(rowsOf(page)[0]);
  });
});
