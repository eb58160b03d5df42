import { describe, expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import type { LiveCodeCaps } from '../../../src/devices/device-code-store.ts';
import { randomId } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { expected, newCode, RealCode, STATES, STEPS, type State, type Step } from './code-states.ts';

export function describeDeviceCodes(open: OpenStores): void {
  describe('device codes', () => {
    const bench = new Bench(open);
    describe('only move forward', () => describeSteps(bench));
    describe('are made', () => describeMaking(bench));
    describe('are capped while they live', () => describeCaps(bench));
  });
}

function describeSteps(bench: Bench): void {
  it.each(STATES)('every pair of steps from %s, one after the other', async (state) => {
    for (const [one, other] of pairs()) {
      const code = await RealCode.in(bench, state);
      const first = expected(state, one);
      const second = expected(first.next, other);
      expect([one, await code.take(one), await code.state()]).toEqual([one, first.result, first.next]);
      expect([other, await code.take(other), await code.state()]).toEqual([
        other,
        second.result,
        second.next,
      ]);
    }
  });

  it.each(STATES)('every pair of steps from %s, at once: as in one of the two orders', async (state) => {
    for (const [one, other] of pairs()) {
      const code = await RealCode.in(bench, state);
      const results = await Promise.all([code.take(one), code.take(other)]);
      const end = await code.state();
      expect([inOrder(state, one, other), inOrder(state, other, one, true)]).toContainEqual([
        ...results,
        end,
      ]);
    }
  });

  it('are redeemed by one of 64 at once, and stay redeemed', async () => {
    const code = await RealCode.in(bench, 'approved');
    const results = await times(64, () => code.take('consume'));
    expect(results.filter((result) => result === 'consumed')).toHaveLength(1);
    expect(await code.take('consume')).toBe('lost');
    expect((await bench.stores.deviceCodes.find(code.deviceCode))?.payload).toEqual({});
  });

  it('carry the payload of the decision that won', async () => {
    const code = await RealCode.pending(bench);
    const [denied, approved] = await Promise.all([code.take('deny'), code.take('approve')]);
    const found = await bench.stores.deviceCodes.find(code.deviceCode);
    expect(found?.payload).toEqual({ by: denied ? 'deny' : 'approve' });
    expect([denied, approved].sort()).toEqual([false, true]);
  });
}

function describeMaking(bench: Bench): void {
  it('are found by both codes, and never made anew over a record that exists', async () => {
    const { deviceCodes } = bench.stores;
    const code = newCode();
    expect(await deviceCodes.create(code)).toEqual({ outcome: 'created' });
    const whole = { state: 'pending', payload: code.payload };
    expect(await deviceCodes.find(code.deviceCode)).toMatchObject(whole);
    expect(await deviceCodes.findByUserCode(code.userCode)).toMatchObject(whole);
    await deviceCodes.decide(code.deviceCode, 'denied', {});
    expect((await deviceCodes.create({ ...code, userCode: randomId() })).outcome).not.toBe('created');
    expect((await deviceCodes.find(code.deviceCode))?.state).toBe('denied');
    expect(await deviceCodes.findByUserCode(code.userCode)).toBeUndefined();
    expect(await deviceCodes.find(randomId())).toBeUndefined();
    expect(await deviceCodes.findByUserCode(randomId())).toBeUndefined();
  });

  it('keep a user code to one live device code; the other one is gone', async () => {
    const { deviceCodes } = bench.stores;
    const codes = Array.from({ length: 8 }, () => newCode({ userCode: 'the same for all of them' }));
    const outcomes = (await Promise.all(codes.map((code) => deviceCodes.create(code)))).map((c) => c.outcome);
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'user-code-taken')).toHaveLength(7);
    const found = await Promise.all(codes.map((code) => deviceCodes.find(code.deviceCode)));
    expect(found.map((code) => code !== undefined)).toEqual(outcomes.map((outcome) => outcome === 'created'));
  });

  it('are made by one command on one Redis, and two on a Cluster', async () => {
    // What the store has not run yet is sent twice.
    await bench.stores.deviceCodes.create(newCode());
    const run = jest.spyOn(bench.redis, 'evalsha');
    expect((await bench.stores.deviceCodes.create(newCode())).outcome).toBe('created');
    expect(run).toHaveBeenCalledTimes(bench.redis instanceof Redis ? 1 : 2);
    run.mockRestore();
  });

  it('are found by a user code that a server of the version before has written', async () => {
    const { deviceCodes, keyring } = bench.stores;
    const code = newCode();
    await deviceCodes.create(code);
    const pointer = keyring.mac('UserCode', code.userCode);
    const name = await bench.redis.get(bench.keyspace.live(`user-code:${pointer}`));
    await bench.redis.unlink(bench.keyspace.live(`user-code:${pointer}`));
    expect(await deviceCodes.findByUserCode(code.userCode)).toBeUndefined();
    await bench.redis.set(bench.keyspace.record('UserCode', pointer), String(name));
    expect(await deviceCodes.findByUserCode(code.userCode)).toMatchObject({ payload: code.payload });
  });

  it('outlive their expiry by one lifetime, while the user code is free again', async () => {
    const code = newCode();
    await bench.stores.deviceCodes.create(code);
    const { keyring } = bench.stores;
    const record = bench.keyspace.record('DeviceCode', keyring.mac('DeviceCode', code.deviceCode));
    const pointer = bench.keyspace.live(`user-code:${keyring.mac('UserCode', code.userCode)}`);
    const [kept, claimed] = [await bench.redis.pttl(record), await bench.redis.pttl(pointer)];
    expect(kept).toBeGreaterThan(1_190_000);
    expect(kept).toBeLessThanOrEqual(1_200_000);
    expect(claimed).toBeGreaterThan(590_000);
    expect(claimed).toBeLessThanOrEqual(600_000);
  });
}

function describeCaps(bench: Bench): void {
  const caps: LiveCodeCaps = { all: 5, client: 3, network: 1000, burst: 100 };
  const limited = async () => bench.another({ prefix: `${bench.prefix}${randomId()}:`, liveCodes: caps });

  it('over all and by client', async () => {
    const { deviceCodes } = await limited();
    const make = (clientId: string, network: string) => deviceCodes.create(newCode({ clientId, network }));
    for (let made = 0; made < 3; made += 1) expect(await make('tv', 'a')).toEqual({ outcome: 'created' });
    expect(await make('tv', 'c')).toEqual({ outcome: 'too-many', of: 'client' });
    for (let made = 0; made < 2; made += 1)
      expect(await make('speaker', 'b')).toEqual({ outcome: 'created' });
    expect(await make('clock', 'd')).toEqual({ outcome: 'too-many', of: 'all' });
  });

  it('by network, over all its clients', async () => {
    const liveCodes = { all: 100, client: 100, network: 2, burst: 100 };
    const { deviceCodes } = await bench.another({ prefix: `${bench.prefix}${randomId()}:`, liveCodes });
    const make = (clientId: string, network: string) => deviceCodes.create(newCode({ clientId, network }));
    expect([await make('tv', 'a'), await make('speaker', 'a')]).toEqual(
      Array(2).fill({ outcome: 'created' }),
    );
    expect(await make('clock', 'a')).toEqual({ outcome: 'too-many', of: 'network' });
    expect(await make('clock', 'b')).toEqual({ outcome: 'created' });
  });

  it('which shrink for one network as places fill, down to one code', async () => {
    const liveCodes = { all: 1000, client: 20, network: 10, burst: 100 };
    const { deviceCodes } = await bench.another({ prefix: `${bench.prefix}${randomId()}:`, liveCodes });
    const fill = async (network: string, clientId = 'tv') => {
      let made = 0;
      while ((await deviceCodes.create(newCode({ clientId, network }))).outcome === 'created') made += 1;
      return made;
    };
    // ⌈10 × (what is left / 20)³⌉, asked before each code.
    expect(await fill('a')).toBe(5);
    expect(await fill('b')).toBe(3);
    expect(await fill('c')).toBe(2);
    for (const network of ['d', 'e', 'f', 'g']) expect(await fill(network)).toBe(1);
    // Those of another client are its own.
    expect(await fill('a', 'speaker')).toBe(5);
  });

  it('never passed by many at once; what is refused leaves no code behind', async () => {
    const { deviceCodes } = await limited();
    const codes = Array.from({ length: 20 }, (_, i) => newCode({ clientId: `${i}`, network: `${i}` }));
    const made = await Promise.all(codes.map((code) => deviceCodes.create(code)));
    expect(made.filter(({ outcome }) => outcome === 'created')).toHaveLength(5);
    const found = await Promise.all(codes.map((code) => deviceCodes.findByUserCode(code.userCode)));
    expect(found.filter((code) => code !== undefined)).toHaveLength(5);
  });

  it('asked for by one network in a burst are refused, and it alone', async () => {
    const liveCodes = { all: 100, client: 100, network: 100, burst: 3 };
    const { deviceCodes } = await bench.another({ prefix: `${bench.prefix}${randomId()}:`, liveCodes });
    const make = (network: string) => deviceCodes.create(newCode({ network }));
    for (let made = 0; made < 3; made += 1) expect(await make('a')).toEqual({ outcome: 'created' });
    expect(await make('a')).toEqual({ outcome: 'too-many', of: 'burst' });
    expect(await make('b')).toEqual({ outcome: 'created' });
  });

  it('room is made again by time', async () => {
    const { deviceCodes } = await limited();
    const brief = () => deviceCodes.create(newCode({ lifetime: 40 }));
    for (let made = 0; made < 3; made += 1) expect(await brief()).toEqual({ outcome: 'created' });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await brief()).toEqual({ outcome: 'created' });
  });
}

function pairs(): [Step, Step][] {
  return STEPS.flatMap((one) => STEPS.map((other): [Step, Step] => [one, other]));
}

/** Results of two steps taken in this order, and the state at the end; `swapped`: the second's result first. */
function inOrder(state: State, one: Step, other: Step, swapped = false): unknown[] {
  const first = expected(state, one);
  const second = expected(first.next, other);
  const results = [first.result, second.result];
  return [...(swapped ? results.reverse() : results), second.next];
}
