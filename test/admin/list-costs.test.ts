/** An operator looks at a list, or searches: what that costs the store hangs on what is shown, and not on how many there are. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { formatGrantId } from '../../src/devices/grant-id.ts';
import { commandsSent } from '../support/commands-sent.ts';
import { randomId } from '../support/test-stores.ts';
import { type AdminWorld, adminWorld } from './admin-world.ts';
import { type OperatorOf, signedInOperator } from './console-world.ts';

const TIME = { lifetime: 86_400_000, waiting: 600_000 };

const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString();

let world: AdminWorld;
let operator: OperatorOf;
let [account, email, device] = ['' as AccountId, '', ''];
beforeAll(async () => {
  world = await adminWorld({ ADMIN: 'all' });
  operator = await signedInOperator(world.server, 'owner');
});
afterAll(() => world.close());

/** Accounts with a device each, older than those that are there. */
async function populated(count: number, made: number): Promise<void> {
  const { accounts, grants } = world.server.stores;
  const all = Array.from({ length: count }, async (_, number) => {
    const id = randomId() as AccountId;
    const address = `${id.toLowerCase()}@example.org`;
    const profile = { name: `Person ${number}`, email: address, emailVerified: true, createdAt: made };
    await accounts.create(id, profile, { passwordHash: 'none' });
    const name = randomId();
    const grant = formatGrantId({ accountId: id, epoch: 1, name });
    await grants.write(grant, { accountId: id, clientId: 'tv' }, TIME);
    await grants.activate(grant, { clientId: 'tv' });
    [account, email, device] = [id, address, name];
  });
  await Promise.all(all);
}

const QUESTIONS: Readonly<Record<string, () => Promise<number>>> = {
  'the API’s accounts': async () => (await world.ask('GET', '/accounts?limit=20')).status,
  'the API’s devices': async () => (await world.ask('GET', '/devices?client_id=tv&limit=20')).status,
  'dormant devices, of which there are none': async () =>
    (await world.ask('GET', '/devices?client_id=tv&dormant=true')).status,
  'devices unused since yesterday, of which there are none': async () =>
    (await world.ask('GET', `/devices?client_id=tv&last_used_before=${YESTERDAY}`)).status,
  'a device by its id': async () => (await world.ask('GET', `/devices/${device}`)).status,
  'the console’s accounts': async () => (await operator.pages.get('/admin/accounts')).status,
  'the console’s devices': async () => (await operator.pages.get('/admin/devices?client_id=tv')).status,
  'the console’s clients': async () => (await operator.pages.get('/admin/clients')).status,
  'the console’s audit': async () => (await operator.pages.get('/admin/audit')).status,
  'a search for an email': async () => (await operator.pages.get(`/admin/search?q=${email}`)).status,
  'a search for an account': async () => (await operator.pages.get(`/admin/search?q=${account}`)).status,
  'a search for a device': async () => (await operator.pages.get(`/admin/search?q=${device}`)).status,
};

async function costs(): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [name, ask] of Object.entries(QUESTIONS)) {
    // The first of a kind loads its scripts.
    expect([name, await ask()]).toEqual([name, expect.any(Number)]);
    const { redis } = world.server.inside.connection;
    found[name] = (await commandsSent(redis, async () => expect([200, 303]).toContain(await ask()))).length;
  }
  return found;
}

describe('a page of a list, and a search', () => {
  it('cost as many commands beside 400 accounts as beside 60', async () => {
    const now = Date.now();
    await populated(60, now);
    const before = await costs();
    await populated(340, now - 7_200_000);
    const after = await costs();
    // Of each sixteenth a part is read, and of one more where that part was short.
    for (const name of Object.keys(QUESTIONS)) {
      const more = (after[name] ?? 0) - (before[name] ?? 0);
      expect([name, Math.max(0, more - 16)]).toEqual([name, 0]);
    }
    expect(Math.max(...Object.values(after))).toBeLessThan(150);
  });

  it('of a device by its id walks one sixteenth of the devices of each client', async () => {
    const { redis } = world.server.inside.connection;
    const clients = (await world.ask('GET', '/clients')).body['data'] as unknown[];
    const sent = await commandsSent(redis, () => operator.pages.get(`/admin/search?q=${device}`));
    expect(sent.filter((command) => command === 'zscan')).toHaveLength(clients.length);
  });
});
