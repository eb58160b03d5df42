import { describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../../src/accounts/account.ts';
import { type GrantId, parseGrantId } from '../../../src/devices/grant-id.ts';
import type { ActivityEvent, EventKind } from '../../../src/events/event.ts';
import { signedInOwner, TEST_SECRET } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { newGrantId, TIME } from './grants.ts';

export function describeVoiceCodes(open: OpenStores): void {
  describe('voice codes', () => describeTries(new Bench(open)));
}

const event = (kind: EventKind): ActivityEvent => ({ kind, by: 'owner' });
const LOCKED = event('voice-code-locked');
/** Of which nothing but the lock is met. */
const WIDE = { device: 10_000, account: 10_000, window: 60_000, wrong: 5 };
const [RIGHT, WRONG] = ['4071', '4072'];

function describeTries(bench: Bench): void {
  const devicesOf = async (accountId: AccountId, count: number) => {
    const ids = await times(count, async () => {
      const id = newGrantId(accountId);
      await bench.stores.grants.write(id, {}, TIME);
      await bench.stores.grants.activate(id, {});
      return parseGrantId(id);
    });
    return ids as [GrantId, GrantId];
  };
  const household = async (code = RIGHT) => {
    const { accountId } = await signedInOwner(bench.stores);
    const owner = { accountId, epoch: 1 };
    expect(await bench.stores.voiceCodes.set(owner, code, event('voice-code-set'))).toBe(true);
    return { owner, devices: await devicesOf(accountId, 2) };
  };
  const says = async (device: GrantId, code: string, limits: Partial<typeof WIDE> = {}) =>
    (await bench.stores.voiceCodes.try(device, code, { ...WIDE, ...limits }, LOCKED)).outcome;
  const unlock = (owner: { accountId: AccountId; epoch: number }) =>
    bench.stores.voiceCodes.unlock(owner, event('voice-code-unlocked'));

  it('are right or wrong, each for its own account', async () => {
    const [ours, theirs] = [await household(), await household('9365')];
    expect(await says(ours.devices[0], RIGHT)).toBe('yes');
    expect(await says(ours.devices[0], WRONG)).toBe('no');
    expect(await says(theirs.devices[0], RIGHT)).toBe('no');
  });

  it('are locked by five wrong ones at once out of a thousand, and told of once', async () => {
    const { owner, devices } = await household();
    const answers = await times(1000, (index) => says(devices[index % 2 ? 0 : 1], WRONG));
    expect(new Set(answers)).toEqual(new Set(['no']));
    expect(await says(devices[0], RIGHT)).toBe('no');
    const told = await bench.stores.activity.list(owner.accountId, { most: 10 });
    expect(told.map((entry) => entry.event.kind)).toEqual(['voice-code-locked', 'voice-code-set']);
    expect(await bench.redis.hget(bench.keyspace.of(owner.accountId).voiceCode, 'wrong')).toBe('5');
  });

  it('work again when their owner unlocks them, once, or sets another', async () => {
    const { owner, devices } = await household();
    const lock = () => times(5, () => says(devices[0], WRONG));
    await lock();
    expect((await times(8, () => unlock(owner))).filter(Boolean)).toHaveLength(1);
    expect(await says(devices[0], RIGHT)).toBe('yes');
    await lock();
    expect(await bench.stores.voiceCodes.set(owner, '9365', event('voice-code-set'))).toBe(true);
    expect([await says(devices[0], RIGHT), await says(devices[0], '9365')]).toEqual(['no', 'yes']);
  });

  it('a right one forgives the wrong ones of its own device, not those of another', async () => {
    const { devices } = await household();
    const [honest, guesser] = devices;
    for (let round = 0; round < 3; round += 1) {
      expect(await says(guesser, WRONG)).toBe('no');
      expect(await says(honest, WRONG)).toBe('no');
      expect(await says(honest, RIGHT)).toBe('yes');
    }
    expect([await says(guesser, WRONG), await says(honest, RIGHT)]).toEqual(['no', 'yes']);
    expect([await says(guesser, WRONG), await says(honest, RIGHT)]).toEqual(['no', 'no']);
  });

  it('are tried so often by a device and in an account, right or wrong, set or not', async () => {
    const { accountId } = await signedInOwner(bench.stores);
    const without = { devices: await devicesOf(accountId, 2) };
    for (const { devices } of [await household(), without]) {
      const narrow = { device: 3, account: 4 };
      const first = await times(50, () => says(devices[0], RIGHT, narrow));
      expect(first.filter((outcome) => outcome !== 'wait')).toHaveLength(3);
      const second = await times(50, () => says(devices[1], RIGHT, narrow));
      expect(second.filter((outcome) => outcome !== 'wait')).toHaveLength(1);
    }
  });

  it('are tried again when the time to wait is over', async () => {
    const { owner, devices } = await household();
    const narrow = { device: 1, window: 600_000 };
    expect(await says(devices[0], RIGHT, narrow)).toBe('yes');
    const held = await bench.stores.voiceCodes.try(devices[0], RIGHT, { ...WIDE, ...narrow }, LOCKED);
    if (held.outcome !== 'wait') throw new Error(held.outcome);
    expect(held.milliseconds).toBeLessThanOrEqual(600_000);
    const tries = bench.keyspace.of(owner.accountId).voiceTries;
    expect(await bench.redis.pttl(tries)).toBeLessThanOrEqual(held.milliseconds);
    await bench.redis.pexpire(tries, 1);
    while ((await bench.redis.exists(tries)) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await says(devices[0], RIGHT, narrow)).toBe('yes');
  });

  it('answer no device that was deregistered, or signed out of everything; nor its owner’s old browser', async () => {
    const { owner, devices } = await household();
    const [gone, stays] = devices;
    await bench.stores.grants.end(`${gone.accountId}.${gone.epoch}.${gone.name}`);
    expect([await says(gone, RIGHT), await says(stays, RIGHT)]).toEqual(['gone', 'yes']);
    await bench.stores.accounts.signOutEverything(owner.accountId);
    expect(await says(stays, RIGHT)).toBe('gone');
    const { voiceCodes } = bench.stores;
    expect(await voiceCodes.set(owner, '9365', event('voice-code-set'))).toBe(false);
    expect(await voiceCodes.remove(owner, event('voice-code-removed'))).toBe(false);
    const now = { ...owner, epoch: 2 };
    const removals = await times(8, () => voiceCodes.remove(now, event('voice-code-removed')));
    expect(removals.filter(Boolean)).toHaveLength(1);
    expect(await voiceCodes.state(owner.accountId)).toBeUndefined();
  });

  it('are found under an older secret while it is being rotated', async () => {
    const { devices } = await household();
    const rotated = await bench.another({ secrets: ['a new secret, long enough to be taken', TEST_SECRET] });
    const answer = await rotated.voiceCodes.try(devices[0], RIGHT, WIDE, LOCKED);
    expect(answer).toEqual({ outcome: 'yes' });
  });
}
