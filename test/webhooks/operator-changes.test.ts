/** Makers' programs that hear what the operator does to clients and keys, and of new accounts. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { type AdminWorld, adminWorld } from '../admin/admin-world.ts';
import { operator } from '../cli/operator-process.ts';
import { eventually } from '../support/eventually.ts';
import { randomId, testStores } from '../support/test-stores.ts';
import { WebhookListener } from '../support/webhook-listener.ts';

const MASTER = 'the-secret-of-this-server-0123456789abcdef';
let listener: WebhookListener;
let world: AdminWorld;
beforeAll(async () => {
  listener = await WebhookListener.start();
  const webhooks = [
    listener.receiver('maker', { events: ['client.*'], clients: ['tv', 'radio'] }),
    listener.receiver('company', { events: ['client.*', 'keys.rotated', 'account.created'] }),
    listener.receiver('telly', { events: ['device.*'] }),
  ];
  world = await adminWorld({}, { webhooks }, [MASTER]);
});
afterAll(async () => {
  await world.close();
  await listener.close();
});

const RADIO = { client_id: 'radio', client_name: 'Radio', token_endpoint_auth_method: 'client_secret_basic' };
const once = () => ({ 'idempotency-key': randomId() });

async function done(method: string, path: string, body?: object, headers: Record<string, string> = once()) {
  const answer = await world.ask(method, path, { ...(body && { body }), headers });
  expect([method, path, answer.status < 300]).toEqual([method, path, true]);
  return answer;
}

/** Types and clients of what a receiver took, in the order in which it happened. */
async function toldOf(path: string, count: number) {
  const taken = await listener.taken(path, count);
  const sequenceOf = (one: (typeof taken)[number]) => Number(String(one.data['sequence']).split('-')[0]);
  return [...taken].sort((one, other) => sequenceOf(one) - sequenceOf(other));
}

describe('a maker whose client the operator keeps', () => {
  it('hears of each change of it and of no other client, in ids alone', async () => {
    const made = { ...RADIO, client_id: 'other' };
    await done('POST', '/clients', made);
    const { body } = await done('POST', '/clients', RADIO);
    const etag = { 'if-match': String((await world.ask('GET', '/clients/radio')).headers.get('etag')) };
    await done('PUT', '/clients/radio', { ...RADIO, client_name: 'Wireless' }, etag);
    await done('POST', '/clients/radio/secrets', {});
    await done('POST', '/clients/radio/disable');
    await done('POST', '/clients/radio/disable');
    await done('POST', '/clients/radio/enable');
    await done('POST', '/clients/radio/end-devices');
    await done('DELETE', '/clients/radio', undefined, {});
    const told = await toldOf('maker', 7);
    expect(told.map(({ type }) => type)).toEqual([
      ...['client.created', 'client.updated', 'client.secret_rotated', 'client.disabled'],
      ...['client.enabled', 'client.ended', 'client.deleted'],
    ]);
    for (const { data } of told) {
      expect(data).toMatchObject({ client: { client_id: 'radio' }, by: 'operator' });
      expect(Object.keys(data).sort()).toEqual(['by', 'client', 'sequence']);
    }
    expect(JSON.stringify(told)).not.toMatch(new RegExp(`Wireless|${body['client_secret']}`));
    expect((await toldOf('company', 8))[0]?.data['client']).toEqual({ client_id: 'other' });
    expect(listener.heard.filter(({ path }) => path === 'telly')).toEqual([]);
  });

  it('hears as well what the tool does, to a client of the clients file too', async () => {
    const before = listener.heard.filter(({ path }) => path === 'maker').length;
    expect((await operator(world.server.environment, 'clients', 'end', 'tv', '--yes')).code).toBe(0);
    const told = await toldOf('maker', before + 1);
    expect(told.at(-1)).toMatchObject({ type: 'client.ended', data: { client: { client_id: 'tv' } } });
  });
});

describe('a program that keeps the keys', () => {
  it('hears that a new one is published, and once of that', async () => {
    const heard = () => listener.heard.filter(({ type }) => type === 'keys.rotated');
    const { redis } = world.server.stores.connection;
    await eventually('keys are known', () => redis.get(`${world.server.stores.prefix}{webhooks}:keys`));
    expect(heard()).toEqual([]);
    const { body } = await done('POST', '/keys/rotate', {});
    const [told] = await eventually('keys.rotated', () => heard().length > 0 && heard());
    const now = body['data'] as { kid: string; state: string }[];
    const keys = told?.data['keys'] as typeof now;
    expect(keys.map(({ kid, state }) => `${kid} ${state}`).sort()).toEqual(
      now.map(({ kid, state }) => `${kid} ${state}`).sort(),
    );
    expect(keys.some(({ state }) => state === 'waiting')).toBe(true);
    await done('POST', '/keys/rotate', {});
    await done('POST', '/clients/tv/end-devices');
    await eventually('what came later', () => listener.heard.at(-1)?.type === 'client.ended');
    expect(heard()).toHaveLength(1);
    expect(told?.body).not.toContain('"d"');
  });
});

describe('a company that is told of new accounts', () => {
  const created = () => listener.heard.filter(({ type }) => type === 'account.created');
  const accountsIn = () => created().map(({ data }) => data['account']);

  it('hears of one that was created at the pages', async () => {
    const { stores } = world.server;
    const { email } = await world.server.signUp();
    const account = await stores.accounts.findByEmail(email);
    await eventually('account.created', () => accountsIn().includes(account?.id));
    const [told] = created().filter(({ data }) => data['account'] === account?.id);
    expect(told?.data).toEqual({ account: account?.id, by: 'owner', sequence: '0-1' });
    expect(await stores.noticedEvents.unnoticed(account?.id ?? '')).not.toHaveProperty('created');
  });

  it('does not hear of one whose server was killed before any email led to it, nor of one that another was faster than', async () => {
    const { prefix } = world.server.stores;
    const stores = await testStores({ prefix, secrets: [MASTER], isHeard: true });
    const { redis } = stores.connection;
    const email = `${randomId().toLowerCase()}@example.org`;
    const profile = { name: 'Ada', email, emailVerified: true, createdAt: Date.now() };
    const ids = [randomId(), randomId()] as AccountId[];
    const made = await Promise.all(
      ids.map((id) => stores.accounts.create(id, profile, { passwordHash: 'none' })),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
    const winner = ids[made.indexOf(true)] as AccountId;
    await eventually('the winner', () => accountsIn().includes(winner));
    const lone = randomId() as AccountId;
    const fields = await redis.hgetall(`${prefix}{${winner}}:account`);
    await redis.hset(`${prefix}{${lone}}:account`, { ...fields, created: String(Date.now()) });
    expect(await stores.noticedEvents.unnoticed(lone)).toEqual({ entries: [], dropped: false });
    expect(accountsIn()).not.toContain(ids.find((id) => id !== winner));
    await stores.connection.close();
  });
});
