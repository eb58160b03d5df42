import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../../src/accounts/account.ts';
import { MAX_LINK_KEYS, MORE_WAITING, newLinkKey } from '../../../src/devices/link-key.ts';
import type { NewLinkKey } from '../../../src/devices/link-key-store.ts';
import type { ActivityEvent, EventKind } from '../../../src/events/event.ts';
import { eventually } from '../../support/eventually.ts';
import { randomId, signedInOwner, TEST_SECRET } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { newGrantId, TIME } from './grants.ts';

export function describeLinkKeys(open: OpenStores): void {
  describe('keys of owners', () => {
    const bench = new Bench(open);
    describeLives(bench);
    describeUses(bench);
  });
}

const event = (kind: EventKind): ActivityEvent => ({ kind, by: 'owner' });
const [MADE, ENDED] = [event('link-key-made'), event('link-key-ended')];

export function newKey(accountId: AccountId, changes: Partial<NewLinkKey> = {}): NewLinkKey {
  return {
    ...newLinkKey(accountId),
    id: randomBytes(16).toString('base64url'),
    name: 'Rack 4',
    clientId: 'server',
    scopes: ['openid'],
    network: undefined,
    uses: 1,
    amr: ['pwd'],
    authTime: 1,
    life: 3_600_000,
    ...changes,
  };
}

async function ownerWith(bench: Bench, changes: Partial<NewLinkKey> = {}) {
  const { accountId } = await signedInOwner(bench.stores);
  const owner = { accountId, epoch: 1 };
  const key = newKey(accountId, changes);
  expect(await bench.stores.linkKeys.make(owner, key, MADE)).toBe('made');
  return { owner, key, accountId };
}

const kindsOf = async (bench: Bench, accountId: AccountId) =>
  (await bench.stores.activity.list(accountId, { most: 50 })).map((entry) => entry.event.kind);

function describeLives(bench: Bench): void {
  it('are found by their secret alone, with what their owner chose', async () => {
    const { owner, key, accountId } = await ownerWith(bench, { network: '192.0.2.1', uses: 3 });
    const found = await bench.stores.linkKeys.find(key);
    expect(found).toMatchObject({ id: key.id, name: 'Rack 4', network: '192.0.2.1', usesLeft: 3, epoch: 1 });
    expect(await bench.stores.linkKeys.list(owner)).toEqual([found]);
    const guess = { accountId, secret: newKey(accountId).secret };
    expect(await bench.stores.linkKeys.find(guess)).toBeUndefined();
    const elsewhere = { ...key, accountId: randomId() as AccountId };
    expect(await bench.stores.linkKeys.find(elsewhere)).toBeUndefined();
  });

  it('are ten at most, of which one that has ended is none', async () => {
    const { owner, key, accountId } = await ownerWith(bench);
    const make = () => bench.stores.linkKeys.make(owner, newKey(accountId), MADE);
    const made = await times(MAX_LINK_KEYS + 5, make);
    expect(made.filter((outcome) => outcome === 'made')).toHaveLength(MAX_LINK_KEYS - 1);
    expect(await make()).toBe('full');
    expect(await bench.stores.linkKeys.end(accountId, key.id, ENDED)).toBe(true);
    expect(await make()).toBe('made');
  });

  it('end with their time, and with everything', async () => {
    const short = await ownerWith(bench, { life: 1 });
    await eventually('its end', async () => (await bench.stores.linkKeys.find(short.key)) === undefined);
    const { owner, key, accountId } = await ownerWith(bench);
    const later = newKey(accountId);
    await bench.stores.accounts.signOutEverything(accountId);
    expect(await bench.stores.linkKeys.find(key)).toBeUndefined();
    expect(await bench.stores.linkKeys.make(owner, later, MADE)).toBe('refused');
    const now = { accountId, epoch: 2 };
    expect(await bench.stores.linkKeys.list(now)).toEqual([]);
    expect(await bench.stores.linkKeys.make(now, later, MADE)).toBe('made');
    // What had ended has left as the next one came.
    const fields = await bench.redis.hlen(bench.keyspace.of(accountId).linkKeys);
    expect(fields).toBe(1);
    await bench.stores.accounts.setStatus(accountId, 'disabled');
    expect(await bench.stores.linkKeys.find(later)).toBeUndefined();
  });

  it('are ended once, and by their owner alone', async () => {
    const { key, accountId } = await ownerWith(bench);
    const other = await ownerWith(bench);
    expect(await bench.stores.linkKeys.end(other.accountId, key.id, ENDED)).toBe(false);
    const ends = await times(8, () => bench.stores.linkKeys.end(accountId, key.id, ENDED));
    expect(ends.filter(Boolean)).toHaveLength(1);
    expect(await kindsOf(bench, accountId)).toEqual(['link-key-ended', 'link-key-made']);
  });

  it('tell their owner of one refusal an hour, and show why', async () => {
    const { owner, key, accountId } = await ownerWith(bench);
    const { linkKeys } = bench.stores;
    await times(20, () => linkKeys.refuse(key, 'network', event('link-key-refused')));
    await linkKeys.refuse({ ...key, secret: newKey(accountId).secret }, 'scope', event('link-key-refused'));
    expect(await kindsOf(bench, accountId)).toEqual(['link-key-refused', 'link-key-made']);
    expect((await linkKeys.list(owner))[0]?.refused).toEqual({ at: expect.any(Number), why: 'network' });
  });

  it('work under a master secret that has been rotated', async () => {
    const { key, accountId } = await ownerWith(bench);
    const rotated = await bench.another({ secrets: ['a new secret, long enough to be taken', TEST_SECRET] });
    expect((await rotated.linkKeys.find(key))?.id).toBe(key.id);
    const id = newGrantId(accountId);
    expect(await rotated.grants.writeUnderKey(id, {}, TIME, key)).toBe('written');
    expect(await rotated.grants.activate(id, {})).toBeDefined();
    expect(await bench.stores.linkKeys.find(key)).toBeUndefined();
  });
}

function describeUses(bench: Bench): void {
  const present = async (key: NewLinkKey) => {
    const id = newGrantId(key.accountId);
    return { id, outcome: await bench.stores.grants.writeUnderKey(id, {}, TIME, key) };
  };
  const linked = async (accountId: AccountId) =>
    (await bench.stores.linkedDevices.list({ accountId, epoch: 1 })).length;

  it('are spent by machines that get their tokens, and by no other', async () => {
    const { key, accountId } = await ownerWith(bench, { uses: 2 });
    const waiting = await times(6, () => present(key));
    expect(new Set(waiting.map(({ outcome }) => outcome))).toEqual(new Set(['written']));
    // Killed between key and tokens: the uses are still there.
    expect((await bench.stores.linkKeys.find(key))?.usesLeft).toBe(2);
    const activated = await Promise.all(waiting.map(({ id }) => bench.stores.grants.activate(id, {})));
    expect(activated.filter(Boolean)).toHaveLength(2);
    expect(await linked(accountId)).toBe(2);
    expect(await bench.stores.linkKeys.find(key)).toBeUndefined();
    expect((await present(key)).outcome).toBe('refused');
  });

  it('let only so many wait, and more as those leave', async () => {
    const { key } = await ownerWith(bench);
    const waiting = await times(1 + MORE_WAITING + 5, () => present(key));
    expect(waiting.filter(({ outcome }) => outcome === 'written')).toHaveLength(1 + MORE_WAITING);
    expect(waiting.filter(({ outcome }) => outcome === 'crowded')).toHaveLength(5);
    const left = waiting.find(({ outcome }) => outcome === 'written');
    await bench.stores.grants.end(left?.id ?? '');
    expect((await present(key)).outcome).toBe('written');
  });

  it('are worth nothing to what waits once the key has ended, however that came about', async () => {
    const { key, accountId } = await ownerWith(bench, { uses: 9 });
    const [one, two] = [await present(key), await present(key)];
    await bench.stores.linkKeys.end(accountId, key.id, ENDED);
    expect(await bench.stores.grants.activate(one.id, {})).toBeUndefined();
    const other = await ownerWith(bench);
    const waiting = await present(other.key);
    await bench.stores.accounts.signOutEverything(other.accountId);
    expect(await bench.stores.grants.activate(waiting.id, {})).toBeUndefined();
    expect(await bench.stores.grants.activate(two.id, {})).toBeUndefined();
    expect(await linked(accountId)).toBe(0);
  });

  it('link nothing to another account', async () => {
    const [ours, theirs] = [await ownerWith(bench), await ownerWith(bench)];
    const id = newGrantId(theirs.accountId);
    expect(await bench.stores.grants.writeUnderKey(id, {}, TIME, ours.key)).toBe('refused');
    const forged = { ...ours.key, accountId: theirs.accountId };
    expect(await bench.stores.grants.writeUnderKey(id, {}, TIME, forged)).toBe('refused');
  });
}
