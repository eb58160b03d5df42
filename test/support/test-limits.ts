import type { AttemptStore, GuessPace } from '../../src/accounts/attempt-store.ts';
import { Limiter } from '../../src/accounts/limiter.ts';
import type { LimitName, Limits } from '../../src/accounts/limits.ts';
import { readConfig } from '../../src/config.ts';

export type LimitChanges = Partial<Record<LimitName, GuessPace>>;

/** The limits as nobody has set them, but for these. */
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
