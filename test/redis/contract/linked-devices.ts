import { describe, expect, it } from '@jest/globals';
import { parseGrantId } from '../../../src/devices/grant-id.ts';
import type { ActivityEvent, EventKind } from '../../../src/events/event.ts';
import { randomId, signedInOwner, type TestStores } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { newGrantId, TIME } from './grants.ts';

const event = (kind: EventKind): ActivityEvent => ({ kind, by: 'owner' });
const SAID = {
  name: 'TV',
  type: 'tv',
  model: 'X1',
  clientId: 'telly',
  address: '192.0.2.7',
  userAgent: 'curl/8',
};

export async function linked(stores: TestStores, accountId: string, said: object = SAID): Promise<string> {
  const grantId = newGrantId(accountId);
  await stores.grants.write(grantId, {}, TIME);
  await stores.grants.activate(grantId, { ...said });
  return grantId;
}

export const nameIn = (grantId: string) => parseGrantId(grantId)?.name ?? '';

export function describeLinkedDevices(open: OpenStores): void {
  describe('linked devices', () => {
    const bench = new Bench(open);
    describe('are listed', () => describeListing(bench));
    describe('are described by their owner', () => describeDescribing(bench));
    describe('and their activity', () => describeActivity(bench));
  });
}

function describeListing(bench: Bench): void {
  it('with what they said of themselves, when, and whence', async () => {
    const { linkedDevices } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const before = Date.now();
    const id = nameIn(await linked(bench.stores, accountId, { ...SAID, bound: true }));
    const [device, ...others] = await linkedDevices.list({ accountId, epoch: 1 });
    expect(others).toEqual([]);
    expect(device).toEqual({
      id,
      claimed: { name: 'TV', type: 'tv', model: 'X1' },
      companion: false,
      ownName: undefined,
      memberId: undefined,
      clientId: 'telly',
      bound: true,
      linkedAt: expect.any(Number),
      linkedFrom: { address: '192.0.2.7', userAgent: 'curl/8' },
      lastActivity: device?.linkedAt,
      endsAt: expect.any(Number),
    });
    expect(device?.linkedAt).toBeGreaterThanOrEqual(before);
    expect(device?.linkedAt).toBeLessThanOrEqual(Date.now());
    expect(device?.endsAt).toBeGreaterThanOrEqual(before + TIME.lifetime);
    expect(await linkedDevices.find({ accountId, epoch: 1 }, id)).toEqual(device);
  });

  it('not while they wait for their code to be redeemed, nor once they have ended, also by time', async () => {
    const { grants, linkedDevices } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const [waiting, brief] = [newGrantId(accountId), newGrantId(accountId)];
    await grants.write(waiting, {}, TIME);
    await grants.write(brief, {}, { lifetime: 30, waiting: 60_000 });
    await grants.activate(brief, SAID);
    const ended = await linked(bench.stores, accountId);
    await grants.end(ended);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await linkedDevices.list({ accountId, epoch: 1 })).toEqual([]);
    // Listing leaves all as it is: what has expired leaves with a change that meets it.
    expect(await grants.end(brief)).toBe(false);
    const fields = await bench.redis.hkeys(bench.keyspace.of(accountId).grants);
    expect(fields).toEqual([nameIn(waiting)]);
    expect(await linkedDevices.find({ accountId, epoch: 1 }, nameIn(waiting))).toBeUndefined();
  });

  it('only to their owner, under the epoch of now', async () => {
    const { accounts, linkedDevices } = bench.stores;
    const [ada, eve] = [await signedInOwner(bench.stores), await signedInOwner(bench.stores)];
    const id = nameIn(await linked(bench.stores, ada.accountId));
    const asEve = { accountId: eve.accountId, epoch: 1 };
    expect(await linkedDevices.list(asEve)).toEqual([]);
    expect(await linkedDevices.find(asEve, id)).toBeUndefined();
    expect(await linkedDevices.rename(asEve, id, 'Mine', event('device-renamed'))).toBe(false);
    await accounts.signOutEverything(ada.accountId);
    expect(await linkedDevices.list({ accountId: ada.accountId, epoch: 1 })).toEqual([]);
    expect(await linkedDevices.list({ accountId: ada.accountId, epoch: 2 })).toEqual([]);
  });
}

function describeDescribing(bench: Bench): void {
  it('with a name, and without it again', async () => {
    const { linkedDevices, activity } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const owner = { accountId, epoch: 1 };
    const id = nameIn(await linked(bench.stores, accountId));
    expect(await linkedDevices.rename(owner, id, 'Kitchen', event('device-renamed'))).toBe(true);
    expect((await linkedDevices.find(owner, id))?.ownName).toBe('Kitchen');
    expect(await linkedDevices.rename(owner, id, undefined, event('device-renamed'))).toBe(true);
    expect((await linkedDevices.find(owner, id))?.ownName).toBeUndefined();
    const told = await activity.list(accountId, { most: 9 });
    expect(told.map((entry) => entry.event.kind)).toEqual(['device-renamed', 'device-renamed']);
    expect(told[0]?.device).toMatchObject({ name: 'TV' });
  });

  it('without touching the key: refreshing goes on, and a rename beside it loses neither', async () => {
    const { grants, linkedDevices } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const grantId = await linked(bench.stores, accountId);
    await grants.addRefreshToken(grantId, { parent: undefined, generation: 0, name: 'a', value: 'a' });
    const owner = { accountId, epoch: 1 };
    await Promise.all([
      linkedDevices.rename(owner, nameIn(grantId), 'Kitchen', event('device-renamed')),
      ...Array.from({ length: 8 }, (_, n) =>
        grants.addRefreshToken(grantId, {
          parent: { name: 'a' },
          generation: 0,
          name: `b${n}`,
          value: `b${n}`,
        }),
      ),
    ]);
    expect((await linkedDevices.find(owner, nameIn(grantId)))?.ownName).toBe('Kitchen');
    expect(
      await grants.addRefreshToken(grantId, { parent: { name: 'b7' }, generation: 0, name: 'c', value: 'c' }),
    ).toEqual({
      outcome: 'added',
    });
  });

  it('not once they have ended, and not what is no device', async () => {
    const { grants, linkedDevices } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const owner = { accountId, epoch: 1 };
    const grantId = await linked(bench.stores, accountId);
    await grants.end(grantId);
    for (const id of [nameIn(grantId), randomId(), 'x', '__proto__']) {
      expect(await linkedDevices.rename(owner, id, 'Kitchen', event('device-renamed'))).toBe(false);
      expect(await linkedDevices.find(owner, id)).toBeUndefined();
    }
  });
}

function describeActivity(bench: Bench): void {
  const MINUTE = 60_000;

  /** Turns the clock by moving what is written down into the past. */
  async function age(accountId: string, id: string, ms: number): Promise<number> {
    const key = bench.keyspace.of(accountId).grants;
    const entry = JSON.parse((await bench.redis.hget(key, id)) ?? '{}') as { used: number };
    await bench.redis.hset(key, id, JSON.stringify({ ...entry, used: entry.used - ms }));
    return entry.used - ms;
  }

  it('is noted when a token is presented, at most once a minute', async () => {
    const { grants, linkedDevices } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const grantId = await linked(bench.stores, accountId);
    const last = async () =>
      (await linkedDevices.find({ accountId, epoch: 1 }, nameIn(grantId)))?.lastActivity ?? 0;
    const half = await age(accountId, nameIn(grantId), MINUTE / 2);
    await grants.authorize(grantId, { generation: 0 });
    expect(await last()).toBe(half);
    const old = await age(accountId, nameIn(grantId), MINUTE);
    await grants.read(grantId);
    expect(await last()).toBe(old);
    await times(16, () => grants.authorize(grantId, { generation: 0 }));
    expect(await last()).toBeGreaterThan(old + MINUTE);
  });

  it('is no activity when the token is dead', async () => {
    const { grants, linkedDevices } = bench.stores;
    const { accountId } = await signedInOwner(bench.stores);
    const grantId = await linked(bench.stores, accountId);
    await grants.addRefreshToken(grantId, { parent: undefined, generation: 0, name: 'a', value: 'a' });
    const old = await age(accountId, nameIn(grantId), 2 * MINUTE);
    await grants.authorize(grantId, { generation: 7 });
    await grants.authorize(grantId, { generation: 0, refreshToken: { name: 'stranger' } });
    const device = await linkedDevices.find({ accountId, epoch: 1 }, nameIn(grantId));
    expect(device?.lastActivity).toBe(old);
  });
}
