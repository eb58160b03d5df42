import { readConfig } from '../../src/config/config.ts';
import type { AttemptStore, GuessPace } from '../../src/limits/attempt-store.ts';
import { Limiter } from '../../src/limits/limiter.ts';
import { COMPUTED_LIMITS, LIMIT_SETTINGS, type LimitName, type Limits } from '../../src/limits/limits.ts';

export type LimitChanges = Partial<Record<LimitName, GuessPace>>;

const MINUTE = 60_000;
const MONTH = 30 * 24 * 60 * MINUTE;
const DEFINITIONS = { ...LIMIT_SETTINGS, ...COMPUTED_LIMITS };

/**
 * Fixed spans of a minute and more, longer by a month: they begin anew at the same time for all, and one that did while a test
 * counts would let it do more. Counters of different spans stay apart.
 * @param now of a test that has a clock of its own: by it they end as they are
 */
export function unbroken(limits: Limits, now: (() => number) | undefined): Limits {
  if (now) return limits;
  const entries = Object.entries(limits).map(([name, pace]) => {
    const isFixed = DEFINITIONS[name as LimitName].span === 'fixed' && pace.memory >= MINUTE;
    return [name, isFixed ? { ...pace, memory: MONTH + pace.memory } : pace];
  });
  return Object.fromEntries(entries) as Limits;
}

/** The limits as they are when not set, but for these. */
export function limitsWith(changes: LimitChanges = {}): Limits {
  return { ...readConfig({}).config.limits, ...changes };
}

export function testLimiter(
  { attempts }: { attempts: AttemptStore },
  changes: LimitChanges = {},
  now?: () => number,
): Limiter {
  return new Limiter(attempts, unbroken(limitsWith(changes), now), now);
}
