import { expect } from '@jest/globals';
import type { AttemptStore } from '../../src/limits/attempt-store.ts';
import { randomId } from '../support/test-stores.ts';

const PACE = { free: 2, firstDelay: 60_000, highestDelay: 60_000, memory: 60_000 };

/** Everything that changes a counter of guesses. */
export async function changeCounters(attempts: AttemptStore): Promise<void> {
  const counter = randomId();
  expect([await attempts.take(counter, PACE), await attempts.take(counter, PACE)]).toEqual([0, 0]);
  expect(await attempts.take(counter, PACE)).toBeGreaterThan(0);
  await attempts.giveBack(counter);
  expect(await attempts.take(counter, PACE)).toBe(0);
  expect(await attempts.take(counter, PACE)).toBeGreaterThan(0);
  const [draining, pace] = [randomId(), { ...PACE, draining: true }];
  expect([await attempts.take(draining, pace), await attempts.take(draining, pace)]).toEqual([0, 0]);
  await attempts.giveBack(draining, pace);
  await attempts.giveBack(draining, pace);
  const shared = randomId();
  const wide = { ...PACE, free: 4 };
  const share = async (network: string) => attempts.takeShare(shared, network, wide);
  expect(await share('a')).toEqual({ outcome: 'free' });
  expect(await share('b')).toEqual({ outcome: 'free' });
  expect(await share('a')).toEqual({ outcome: 'in-turn' });
  expect(await share('a')).toMatchObject({ outcome: 'wait' });
  await attempts.giveBackShare(shared, 'b', { outcome: 'free' });
  await attempts.giveBackShare(shared, 'a', { outcome: 'in-turn' });
}
