import { describe, expect, it } from '@jest/globals';
import { type GrantId, parseGrantId } from '../../../src/devices/grant-id.ts';
import type { ActivityEvent, EventKind } from '../../../src/events/event.ts';
import type { Purchase } from '../../../src/voice-code/voice-purchase-store.ts';
import { signedInOwner, TEST_SECRET, type TestStores } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { newGrantId, TIME } from './grants.ts';

export function describeVoicePurchases(open: OpenStores): void {
  describe('purchases by voice', () => describeBuying(new Bench(open)));
}

const event = (kind: EventKind): ActivityEvent => ({ kind, by: 'owner' });
const LOCKED = event('voice-code-locked');
/** Of which nothing but the lock is met. */
const WIDE = { device: 10_000, account: 10_000, window: 60_000, wrong: 5 };
const HOUR = 3_600_000;
const RULES = { ahead: 0, mostKept: 500, keptFor: 48 * HOUR };
const LIMITS = { currency: 'EUR', most: 5000, free: 1000 };
const [RIGHT, WRONG] = ['4071', '4072'];

interface Asked extends Partial<Purchase> {
  stores?: TestStores;
  tries?: Partial<typeof WIDE>;
  rules?: Partial<typeof RULES>;
}

function describeBuying(bench: Bench): void {
  let keys = 0;
  const household = async (limits = LIMITS) => {
    const { accountId } = await signedInOwner(bench.stores);
    const owner = { accountId, epoch: 1 };
    const ids = await times(2, async () => {
      const id = newGrantId(accountId);
      await bench.stores.grants.write(id, {}, TIME);
      await bench.stores.grants.activate(id, {});
      return parseGrantId(id);
    });
    await bench.stores.voiceCodes.set(owner, RIGHT, event('voice-code-set'));
    await bench.stores.voicePurchases.setLimits(owner, limits, event('voice-limits-changed'));
    return { owner, devices: ids as [GrantId, GrantId] };
  };
  const ask = (device: GrantId, amount: number, asked: Asked = {}) => {
    const { stores = bench.stores, tries, rules, ...rest } = asked;
    keys += 1;
    const purchase = { amount, currency: 'EUR', key: `key ${keys}`, code: undefined, ...rest };
    return stores.voicePurchases.buy(device, purchase, { ...WIDE, ...tries }, { ...RULES, ...rules }, LOCKED);
  };
  const buy = async (...args: Parameters<typeof ask>) => (await ask(...args)).outcome;
  const bought = async ({
    owner,
  }: {
    owner: { accountId: Parameters<typeof bench.stores.accounts.find>[0] };
  }) => {
    const state = await bench.stores.voicePurchases.state(owner.accountId);
    return [state?.bought, state?.bare];
  };

  it('of two devices that buy at once never come to more than the owner lets be bought in a day', async () => {
    const home = await household();
    const answers = await times(300, (n) => buy(home.devices[n % 2 ? 0 : 1], 70, { code: RIGHT }));
    expect(answers.filter((one) => one === 'bought')).toHaveLength(Math.floor(5000 / 70));
    expect(new Set(answers)).toEqual(new Set(['bought', 'day']));
    expect(await bought(home)).toEqual([4970, 0]);
    expect(await buy(home.devices[0], 30, { code: RIGHT })).toBe('bought');
    expect(await buy(home.devices[1], 1, { code: RIGHT })).toBe('day');
  });

  it('without the code come to no more than the owner lets be bought so, in however many pieces', async () => {
    const home = await household();
    const answers = await times(60, (n) => buy(home.devices[n % 2 ? 0 : 1], 90));
    expect(answers.filter((one) => one === 'bought')).toHaveLength(11);
    expect(new Set(answers)).toEqual(new Set(['bought', 'code']));
    expect(await buy(home.devices[0], 90, { code: RIGHT })).toBe('bought');
    expect(await bought(home)).toEqual([1080, 990]);
  });

  it('that come again under the same key are bought once, from however many servers', async () => {
    const home = await household();
    const again = { key: 'the same', code: RIGHT };
    const servers = [bench.stores, await bench.another({})];
    const answers = await times(20, (n) =>
      buy(home.devices[0], 400, { ...again, stores: servers[n % 2] as TestStores }),
    );
    expect(new Set(answers)).toEqual(new Set(['bought']));
    expect(await buy(home.devices[0], 400, { key: 'the same' })).toBe('bought');
    expect(await bought(home)).toEqual([400, 0]);
    expect(await buy(home.devices[0], 401, again)).toBe('other');
    expect(await buy(home.devices[0], 400, { ...again, currency: 'SEK' })).toBe('other');
    // Another device counts its purchases by itself.
    expect(await buy(home.devices[1], 401, again)).toBe('bought');
  });

  it('that were bought are known when the owner has lowered the limits, and under an older secret', async () => {
    const home = await household();
    expect(await buy(home.devices[0], 900, { key: 'lost reply' })).toBe('bought');
    const lower = { ...LIMITS, most: 100, free: 0 };
    await bench.stores.voicePurchases.setLimits(home.owner, lower, event('voice-limits-changed'));
    const rotated = await bench.another({ secrets: ['a new secret, long enough to be taken', TEST_SECRET] });
    expect(await buy(home.devices[0], 900, { key: 'lost reply', stores: rotated })).toBe('bought');
    expect(await buy(home.devices[0], 1)).toBe('day');
    expect(await bought(home)).toEqual([900, 900]);
  });

  it('are refused in the order that tells an attacker least: a code is compared where it alone is missing', async () => {
    const home = await household();
    const [device] = home.devices;
    expect(await buy(device, 1, { currency: 'SEK', code: WRONG })).toBe('currency');
    expect(await buy(device, 5001, { code: RIGHT })).toBe('day');
    expect(await buy(device, 1001)).toBe('code');
    expect(await bench.redis.hget(bench.keyspace.of(home.owner.accountId).voiceCode, 'wrong')).toBeNull();
    // Within what needs no code, a wrong one buys nothing all the same.
    expect(await buy(device, 1, { code: WRONG })).toBe('wrong');
    const { accountId } = await signedInOwner(bench.stores);
    const id = newGrantId(accountId);
    await bench.stores.grants.write(id, {}, TIME);
    await bench.stores.grants.activate(id, {});
    expect(await buy(parseGrantId(id) as GrantId, 1, { code: RIGHT })).toBe('unset');
  });

  it('with wrong codes lock the code as any wrong try does, and its tries are shared with asking about it', async () => {
    const home = await household();
    const [device, other] = home.devices;
    for (let tries = 0; tries < 5; tries += 1) expect(await buy(device, 10, { code: WRONG })).toBe('wrong');
    expect(await bench.stores.voiceCodes.state(home.owner.accountId)).toMatchObject({ isLocked: true });
    expect(await buy(other, 10, { code: RIGHT })).toBe('wrong');
    const told = await bench.stores.activity.list(home.owner.accountId, { most: 1 });
    expect(told.map(({ event: { kind } }) => kind)).toEqual(['voice-code-locked']);
    const narrow = { ...WIDE, device: 6 };
    expect(await bench.stores.voiceCodes.try(device, RIGHT, narrow, LOCKED)).toEqual({ outcome: 'no' });
    expect(await buy(device, 10, { tries: narrow })).toBe('wait');
    expect(await bought(home)).toEqual([0, 0]);
  });

  it('begin anew with the owner’s day, and not again when a clock or a zone goes back', async () => {
    const home = await household();
    const [device] = home.devices;
    // Half an hour into the owner's day, whatever the hour of the test.
    const time = Number((await bench.redis.time())[0]) * 1000;
    const morning = HOUR / 2 - (time % (24 * HOUR));
    const at = (ahead: number) => ({ code: RIGHT, rules: { ahead: morning + ahead } });
    expect(await buy(device, 5000, at(0))).toBe('bought');
    expect(await buy(device, 1, at(23 * HOUR))).toBe('day');
    expect(await buy(device, 4000, at(24 * HOUR))).toBe('bought');
    expect(await buy(device, 1001, at(0))).toBe('day');
    expect(await buy(device, 1000, at(-24 * HOUR))).toBe('bought');
    expect(await buy(device, 1, at(24 * HOUR))).toBe('day');
  });

  it('are remembered up to a number, which is waited for, and none is forgotten before its time', async () => {
    const [home, neighbours] = [await household(), await household()];
    const [device] = home.devices;
    const rules = { mostKept: 3, keptFor: HOUR };
    for (const key of ['a', 'b', 'c']) expect(await buy(device, 10, { key, rules })).toBe('bought');
    const full = await ask(device, 10, { rules });
    expect(full).toEqual({ outcome: 'wait', milliseconds: expect.any(Number) });
    expect(await buy(device, 10, { key: 'a', rules })).toBe('bought');
    expect(await buy(neighbours.devices[0], 10, { rules })).toBe('bought');
    expect(await bought(home)).toEqual([30, 30]);
    // Their time is over.
    expect(await buy(device, 10, { rules: { mostKept: 3, keptFor: -1 } })).toBe('bought');
    expect(await bought(home)).toEqual([40, 40]);
  });

  it('are no device’s that was removed, nor are limits an old browser’s', async () => {
    const home = await household();
    const [gone, stays] = home.devices;
    await bench.stores.grants.end(`${gone.accountId}.${gone.epoch}.${gone.name}`);
    expect([await buy(gone, 10), await buy(stays, 10)]).toEqual(['gone', 'bought']);
    await bench.stores.accounts.signOutEverything(home.owner.accountId);
    expect(await buy(stays, 10)).toBe('gone');
    const { voicePurchases } = bench.stores;
    const limits = { ...LIMITS, most: 9000 };
    expect(await voicePurchases.setLimits(home.owner, limits, event('voice-limits-changed'))).toBe(false);
    const now = { ...home.owner, epoch: 2 };
    expect(await voicePurchases.setLimits(now, limits, event('voice-limits-changed'))).toBe(true);
    expect(await bought(home)).toEqual([10, 10]);
  });
}
