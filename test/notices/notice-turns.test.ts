import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Delivered } from '../../src/notices/delivered.ts';
import { NoticeTurns } from '../../src/notices/notice-turns.ts';
import { Keyspace } from '../../src/redis/keyspace.ts';
import { eventually } from '../support/eventually.ts';
import { randomId, type TestStores, testStores } from '../support/test-stores.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RECEIVER = { clientId: 'notes', uri: 'https://notes.example.com/logout', needsSid: false };

let stores: TestStores;
beforeAll(async () => {
  stores = await testStores();
});
afterAll(() => stores.connection.close());

/** A notice that failed so often, tried once more with this outcome: what is told of it, and how long it waits then. */
async function tryOnce(failed: number, tried: Delivered) {
  const told: unknown[] = [];
  const name = `app.${randomId()}`;
  const { bodies, due } = new Keyspace(stores.prefix).noticesOf(name);
  const { redis } = stores.connection;
  await stores.noticeQueues.add(name, { accountId: 'owner', end: '1-0.0', body: { sid: 'sid' } });
  const state = JSON.parse((await redis.hget(bodies, 'owner.1-0.0')) ?? '') as object;
  await redis.hset(bodies, 'owner.1-0.0', JSON.stringify({ ...state, tries: failed }));
  const before = Date.now();
  const turns = new NoticeTurns({
    queue: stores.noticeQueues,
    receivers: () => new Map([[name, RECEIVER]]),
    send: async () => tried,
    onOutcome: (one) => told.push(one),
    onFailure: (error) => told.push(error),
  });
  await eventually('a try', () => told.length > 0);
  await turns.stop();
  const at = await redis.zscore(due, 'owner.1-0.0');
  return { told, waits: at === null ? undefined : Number(at) - before, took: Date.now() - before };
}

describe('a notice that an app does not take', () => {
  it.each([
    [0, 5000],
    [1, 5 * MINUTE],
    [2, 30 * MINUTE],
    [3, 2 * HOUR],
    [4, 5 * HOUR],
    [5, 10 * HOUR],
    [6, 14 * HOUR],
    [7, 20 * HOUR],
    [8, 24 * HOUR],
  ])('after %i failed tries waits %i ms, a fifth more or less', async (failed, pause) => {
    const { told, waits = 0, took } = await tryOnce(failed, { outcome: 'failed', reason: '503', pause: 0 });
    expect(told).toEqual([{ receiver: RECEIVER, tries: failed + 1, outcome: 'failed', reason: '503' }]);
    expect(waits).toBeGreaterThanOrEqual(pause * 0.8);
    expect(waits).toBeLessThanOrEqual(pause * 1.2 + took);
  });

  it('because it hangs keeps no server from stopping, which breaks it off and leaves it to the next one', async () => {
    const name = `app.${randomId()}`;
    const queue = stores.noticeQueues;
    await queue.add(name, { accountId: 'owner', end: '1-0.0', body: { sid: 'sid' } });
    const told: unknown[] = [];
    let begun = false;
    const turns = new NoticeTurns({
      queue,
      receivers: () => new Map([[name, RECEIVER]]),
      send: (_receiver, _notice, signal) => {
        begun = true;
        const { promise, resolve } = Promise.withResolvers<Delivered>();
        const broken = { outcome: 'failed', reason: 'AbortError', pause: 0 } as const;
        signal.addEventListener('abort', () => resolve(broken));
        return promise;
      },
      onOutcome: (one) => told.push(one),
      onFailure: (error) => told.push(error),
    });
    await eventually('a try', () => begun);
    await turns.stop();
    const { due } = new Keyspace(stores.prefix).noticesOf(name);
    await stores.connection.redis.zadd(due, '0', 'owner.1-0.0');
    expect([told, (await queue.take(name))?.tries]).toEqual([[], 0]);
  });

  it('is given up after ten tries, and said to be', async () => {
    const { told, waits } = await tryOnce(9, { outcome: 'failed', reason: 'ECONNREFUSED', pause: 0 });
    expect(told).toEqual([{ receiver: RECEIVER, tries: 10, outcome: 'given-up', reason: 'ECONNREFUSED' }]);
    expect(waits).toBeUndefined();
  });
});

describe('receivers that change while the server runs', () => {
  it('hear at their new address from then on; one that is gone hears no more, and what was being sent ends', async () => {
    const [one, other] = [`app.${randomId()}`, `app.${randomId()}`];
    const moved = { ...RECEIVER, uri: 'https://notes.example.com/moved' };
    const late = { ...RECEIVER, clientId: 'late', uri: 'https://late.example.com/logout' };
    let receivers = new Map([[one, RECEIVER]]);
    const sent: string[] = [];
    const slow = Promise.withResolvers<Delivered>();
    const queue = stores.noticeQueues;
    const add = (name: string, end: string) =>
      queue.add(name, { accountId: 'owner', end, body: { sid: 'sid' } });
    const told: unknown[] = [];
    const turns = new NoticeTurns({
      queue,
      receivers: () => receivers,
      send: async ({ uri }) => {
        sent.push(uri);
        return sent.length === 1 ? slow.promise : { outcome: 'sent' };
      },
      onOutcome: ({ receiver, outcome }) => told.push(`${receiver.clientId} ${outcome}`),
      onFailure: (error) => told.push(error),
    });
    await add(one, '1-0.0');
    await eventually('a try', () => sent.length === 1);
    receivers = new Map([
      [one, moved],
      [other, late],
    ]);
    await Promise.all([add(one, '2-0.0'), add(other, '3-0.0')]);
    await eventually('both', () => told.length === 2);
    slow.resolve({ outcome: 'sent' });
    await eventually('the first', () => told.length === 3);
    receivers = new Map([[other, late]]);
    await turns.depth();
    await add(one, '4-0.0');
    await add(other, '5-0.0');
    await eventually('the last', () => told.length === 4);
    await turns.stop();
    expect([sent[0], sent.slice(1, 3).sort(), sent.slice(3)]).toEqual([
      RECEIVER.uri,
      [late.uri, moved.uri],
      [late.uri],
    ]);
    expect(await queue.count(one)).toBe(1);
  });
});
