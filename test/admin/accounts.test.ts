/** Seeing accounts through the Admin API. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { randomId } from '../support/test-stores.ts';
import { type AdminWorld, type Answer, adminWorld } from './admin-world.ts';

let world: AdminWorld;
const made: string[] = [];
const START = Date.parse('2026-01-01T00:00:00Z');

async function account(name: string, email: string, createdAt: number): Promise<AccountId> {
  const id = randomId() as AccountId;
  const profile = { name, email, emailVerified: true, createdAt };
  await world.server.stores.accounts.create(id, profile, { passwordHash: 'none' });
  made.unshift(id);
  return id;
}

beforeAll(async () => {
  world = await adminWorld();
  // Three at each moment: a page may end among them.
  for (let count = 0; count < 60; count += 1)
    await account(`Person ${count}`, `p${count}@example.org`, START + Math.floor(count / 3) * 1000);
});
afterAll(() => world.close());

const rowsOf = ({ body }: Answer) => body['data'] as { id: string; name: string }[];
const idsOf = (answer: Answer) => rowsOf(answer).map(({ id }) => id);

async function allOf(query: string): Promise<string[][]> {
  const pages: string[][] = [];
  for (let cursor = ''; ; ) {
    const answer = await world.ask('GET', `/accounts?${query}${cursor}`);
    expect(answer.status).toBe(200);
    pages.push(idsOf(answer));
    const { next } = answer.body;
    if (next === null) return pages;
    cursor = `&cursor=${encodeURIComponent(String(next))}`;
  }
}

describe('the list of accounts', () => {
  it('has each account once, the newest first, whatever the size of its pages', async () => {
    for (const limit of [1, 7, 25, 60, 100]) {
      const pages = await allOf(`limit=${limit}`);
      expect(new Set(pages.flat())).toEqual(new Set(made));
      expect(pages.flat()).toHaveLength(60);
      expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
    }
  });

  it('is of one email, of a time, of a status, of a part of a name', async () => {
    const one = await world.ask('GET', '/accounts?email=P7%40example.org');
    expect(rowsOf(one)).toEqual([expect.objectContaining({ name: 'Person 7', email: 'p7@example.org' })]);
    expect(idsOf(await world.ask('GET', '/accounts?email=nobody%40example.org'))).toEqual([]);
    const times = 'created_after=2026-01-01T00:00:05Z&created_before=2026-01-01T00:00:06Z';
    expect(
      rowsOf(await world.ask('GET', `/accounts?${times}`))
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['Person 15', 'Person 16', 'Person 17']);
    expect((await allOf('q=person%205')).flat()).toHaveLength(11);
    expect((await allOf('status=disabled')).flat()).toEqual([]);
  });

  it('goes on where it was, though accounts come and go meanwhile', async () => {
    const first = await world.ask('GET', '/accounts?limit=10');
    await account('Late', `${randomId()}@example.org`.toLowerCase(), Date.now());
    const cursor = encodeURIComponent(String(first.body['next']));
    const second = await world.ask('GET', `/accounts?limit=10&cursor=${cursor}`);
    expect(idsOf(second).some((id) => idsOf(first).includes(id))).toBe(false);
    expect(rowsOf(second)).toHaveLength(10);
  });

  it('lets go of rows that lead nowhere, but for one whose account may be on its way', async () => {
    const { accountIndex } = world.server.stores;
    const [old, young] = [randomId() as AccountId, randomId() as AccountId];
    await accountIndex.add([
      { id: old, at: Date.now() - 2 * 3_600_000 },
      { id: young, at: Date.now() - 60_000 },
    ]);
    const listed = (await allOf('limit=100')).flat();
    expect(listed.includes(old) || listed.includes(young)).toBe(false);
    const left = (await accountIndex.page({ most: 1000 })).map(({ id }) => id);
    expect([left.includes(old), left.includes(young)]).toEqual([false, true]);
  });
});

describe('one account', () => {
  it('is shown as it stands', async () => {
    const answer = await world.ask('GET', `/accounts/${made.at(-1)}`);
    expect(answer.body).toEqual({
      id: made.at(-1),
      name: 'Person 0',
      email: 'p0@example.org',
      email_verified: true,
      status: 'active',
      created_at: '2026-01-01T00:00:00.000Z',
      closes_at: null,
      two_step: false,
    });
  });

  it('that is not there is 404, and so is what is no id', async () => {
    for (const id of [randomId(), 'x', '%2e%2e', 'a%00b', '*'])
      expect([id, (await world.ask('GET', `/accounts/${id}`)).status]).toEqual([id, 404]);
  });
});

describe('what is not as it should be', () => {
  it.each([
    ['limit=0', '/limit'],
    ['limit=101', '/limit'],
    ['emial=a%40example.org', '/emial'],
    ['status=closed', '/status'],
    ['limit=1&limit=2', '/limit'],
    ['cursor=abc', '/cursor'],
    ['q=a', '/q'],
    ['created_after=yesterday', '/created_after'],
  ])('%s is refused by name', async (query, pointer) => {
    const answer = await world.ask('GET', `/accounts?${query}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(answer.body).toMatchObject({
      type: 'urn:latchkey:problem:invalid-request',
      status: 400,
      errors: [{ pointer, detail: expect.any(String) }],
    });
  });

  it('a cursor goes on with the question that it was given for, and no other', async () => {
    const { body } = await world.ask('GET', '/accounts?limit=2');
    const other = await world.ask(
      'GET',
      `/accounts?q=person&cursor=${encodeURIComponent(String(body['next']))}`,
    );
    expect(other.status).toBe(400);
  });

  it('what is nowhere is 404, and another method 405, to those with a token', async () => {
    expect((await world.ask('GET', '/nothing')).status).toBe(404);
    const wrong = await world.ask('PUT', '/accounts', { body: {} });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect((await world.call('GET', '/nothing')).status).toBe(401);
  });
});

describe('a program that calls too often', () => {
  it('is told to wait, and others are served', async () => {
    await using paced = await adminWorld({ LIMIT_ADMIN_CALLS: '50/1s 100ms..1s' });
    const token = await paced.token(['admin:accounts:read'], 'viewer');
    const statuses = new Set<number>();
    for (let round = 0; round < 10 && !statuses.has(429); round += 1) {
      const calls = Array.from({ length: 60 }, () => paced.call('GET', '/accounts?limit=1', { token }));
      for (const answer of await Promise.all(calls)) {
        statuses.add(answer.status);
        if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      }
    }
    expect([...statuses].sort()).toEqual([200, 429]);
    expect((await paced.ask('GET', '/accounts?limit=1')).status).toBe(200);
  });
});

describe('the trail', () => {
  it('has each look at an account before it is told, by whom and of whom', async () => {
    const { headers } = await world.ask('GET', `/accounts/${made[0]}`);
    const [newest] = await world.server.stores.auditTrail.list('reads', { most: 1 });
    expect(newest).toEqual({
      id: expect.stringMatching(/^\d+-\d+$/),
      at: expect.any(Number),
      phase: 'answered',
      request: headers.get('x-request-id'),
      client: 'ops',
      call: 'accounts-show',
      scope: 'admin:accounts:read',
      account: expect.stringMatching(/^[\w-]{16}$/),
      status: 200,
    });
  });
});
