import { describe, expect, it } from '@jest/globals';
import type { AskingDevice } from '../../../src/devices/grant-store.ts';
import { WaitingLinks } from '../../../src/devices/waiting-links.ts';
import { signedInOwner } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { newCode } from './code-states.ts';
import { newGrantId, TIME } from './grants.ts';
import { nameIn } from './linked-devices.ts';

const ASKS: AskingDevice = { claimed: { name: 'TV', type: 'tv', model: 'X1' }, clientId: 'telly' };
const PLACE = { address: '192.0.2.7', userAgent: 'test' };

export function describeWaitingLinks(open: OpenStores): void {
  describe('devices that were approved and have not come yet', () => {
    const bench = new Bench(open);
    describe('are shown', () => describeShowing(bench));
    describe('are taken back', () => describeTakingBack(bench));
  });
}

/** As approving makes one: its grant, and the code that leads to it. */
async function approved(bench: Bench) {
  const { deviceCodes, grants } = bench.stores;
  const { accountId } = await signedInOwner(bench.stores);
  const [code, grantId] = [newCode(), newGrantId(accountId)];
  await deviceCodes.create(code);
  const asks = { ...ASKS, deviceCode: code.deviceCode };
  expect(await grants.write(grantId, {}, TIME, asks)).toBe('written');
  expect(await deviceCodes.decide(code.deviceCode, 'approved', { grantId })).toBe(true);
  return { owner: { accountId, epoch: 1 }, grantId, id: nameIn(grantId), deviceCode: code.deviceCode };
}

function describeShowing(bench: Bench): void {
  it('in their own words, until when, and are no devices: not listed, not counted, not found, without an event', async () => {
    const { activity, linkedDevices, waitingLinks } = bench.stores;
    const { owner, id, deviceCode } = await approved(bench);
    const [link, ...others] = await waitingLinks.list(owner);
    expect(others).toEqual([]);
    expect(link).toEqual({ ...ASKS, id, deviceCode, until: expect.any(Number) });
    expect(Math.abs((link?.until ?? 0) - Date.now() - TIME.waiting)).toBeLessThan(TIME.waiting / 2);
    expect(await waitingLinks.states(owner, [id])).toEqual(['waiting']);
    const page = { order: 'activity', skip: 0, limit: 25 } as const;
    expect([
      await linkedDevices.list(owner),
      await linkedDevices.window(owner, page),
      await linkedDevices.find(owner, id),
      await activity.list(owner.accountId, { most: 10 }),
    ]).toEqual([[], { total: 0, active: 0, devices: [] }, undefined, []]);
  });

  it('no longer once they are linked, keep their name then, and leave nothing of the wait behind', async () => {
    const { grants, linkedDevices, waitingLinks } = bench.stores;
    const { owner, grantId, id } = await approved(bench);
    await grants.activate(grantId, { name: 'TV', type: 'tv' });
    expect(await waitingLinks.list(owner)).toEqual([]);
    expect(await waitingLinks.states(owner, [id])).toEqual(['linked']);
    expect((await linkedDevices.list(owner)).map((device) => device.id)).toEqual([id]);
    expect(await bench.redis.hget(bench.keyspace.of(owner.accountId).grants, id)).not.toContain('asks');
  });

  it('no longer once their time is over, they were removed, or all was signed out: each is told', async () => {
    const { accounts, grants, waitingLinks } = bench.stores;
    const { owner, grantId, id } = await approved(bench);
    const [late, linked, removed] = [0, 1, 2].map(() => newGrantId(owner.accountId));
    await grants.write(late ?? '', {}, { ...TIME, waiting: 0 }, ASKS);
    for (const grant of [linked, removed]) await grants.write(grant ?? '', {}, TIME, ASKS);
    await grants.activate(linked ?? '', {});
    await grants.end(removed ?? '');
    const ids = [id, ...[late, linked, removed].map((grant) => nameIn(grant ?? '')), 'never was'];
    expect(await waitingLinks.states(owner, ids)).toEqual(['waiting', 'late', 'linked', 'ended', 'late']);
    expect((await waitingLinks.list(owner)).map((link) => link.id)).toEqual([nameIn(grantId)]);
    await accounts.signOutEverything(owner.accountId);
    expect(await waitingLinks.states(owner, ids)).toEqual(ids.map(() => 'ended'));
    expect(await waitingLinks.list(owner)).toEqual([]);
  });

  it('to their own account alone, and nothing of apps among them', async () => {
    const { grants, waitingLinks } = bench.stores;
    const { owner, id } = await approved(bench);
    const stranger = await signedInOwner(bench.stores);
    const theirs = { accountId: stranger.accountId, epoch: 1 };
    expect(await waitingLinks.list(theirs)).toEqual([]);
    expect(await waitingLinks.states(theirs, [id])).toEqual(['late']);
    await grants.write(newGrantId(owner.accountId), {}, TIME);
    expect((await waitingLinks.list(owner)).map((link) => link.id)).toEqual([id]);
  });
}

function describeTakingBack(bench: Bench): void {
  const service = () => {
    const { waitingLinks, grants, deviceCodes } = bench.stores;
    return new WaitingLinks(waitingLinks, grants, deviceCodes);
  };

  it('with their code: the device gets nothing, hears why, and its owner is told nothing of a device', async () => {
    const { activity, deviceCodes, grants, waitingLinks } = bench.stores;
    const { owner, grantId, id, deviceCode } = await approved(bench);
    const link = await service().find(owner, id);
    if (!link) throw new Error('it does not wait');
    expect(await service().remove(owner, link, PLACE)).toBe('withdrawn');
    expect(await grants.activate(grantId, {})).toBeUndefined();
    expect(await deviceCodes.find(deviceCode)).toMatchObject({
      state: 'denied',
      payload: { error: 'access_denied' },
    });
    expect(await deviceCodes.consume(deviceCode)).toBe('denied');
    expect(await waitingLinks.states(owner, [id])).toEqual(['ended']);
    expect(await activity.list(owner.accountId, { most: 10 })).toEqual([]);
    expect(await service().remove(owner, link, PLACE)).toBe('gone');
  });

  it('while the device comes for its tokens, 40 times: it has nothing, or was a device and is removed, with its event', async () => {
    const { activity, deviceCodes, grants, linkedDevices } = bench.stores;
    const redeem = async (deviceCode: string, grantId: string) => {
      const consumed = await deviceCodes.consume(deviceCode);
      if (consumed !== 'consumed') return consumed;
      return (await grants.activate(grantId, { name: 'TV' }, { kind: 'device-linked', by: 'owner' }))
        ? 'linked'
        : 'refused';
    };
    const ends = await times(40, async (round) => {
      const { owner, grantId, id, deviceCode } = await approved(bench);
      const link = await service().find(owner, id);
      if (!link) throw new Error('it does not wait');
      // Sent in either order, and each a reply apart or not.
      const comes = () => redeem(deviceCode, grantId);
      const goes = () => service().remove(owner, link, PLACE);
      const [first, second] = round % 2 ? [comes(), goes()] : [goes(), comes()];
      const [device, outcome] = round % 2 ? [await first, await second] : [await second, await first];
      expect(await grants.read(grantId)).toBeUndefined();
      expect(await linkedDevices.list(owner)).toEqual([]);
      const told = (await activity.list(owner.accountId, { most: 10 })).map(({ event }) => event.kind);
      expect([device, told]).toEqual([
        device,
        device === 'linked' ? ['device-deregistered', 'device-linked'] : [],
      ]);
      expect([device, outcome]).toEqual([device, device === 'denied' ? 'withdrawn' : 'removed']);
      return device;
    });
    expect(ends).toHaveLength(40);
  });
}
