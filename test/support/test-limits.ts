import { readConfig } from '../../src/config/config.ts';
import type { AttemptStore, GuessPace } from '../../src/limits/attempt-store.ts';
import { Limiter } from '../../src/limits/limiter.ts';
import type { LimitName, Limits } from '../../src/limits/limits.ts';

export type LimitChanges = Partial<Record<LimitName, GuessPace>>;

/** The limits as they are when not set, but for these. */
export function limitsWith(changes: LimitChanges = {}): Limits {
  return { ...readConfig({}).config.limits, ...changes };
}

export function testLimiter(
  { attempts }: { attempts: AttemptStore },
  changes: LimitChanges = {},
  now?: () => number,
): Limiter {
  return new Limiter(attempts, limitsWith(changes), now);
}
