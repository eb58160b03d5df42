/** How much of what a limit counts one network can have counted. */
import type { GuessPace } from '../../src/limits/attempt-store.ts';
import {
  LIMIT_SETTING_NAMES,
  LIMIT_SETTINGS,
  type LimitSettingName,
  parseLimit,
} from '../../src/limits/limits.ts';

/** milliseconds, as the next */
export const HOUR = 3_600_000;
/** Of a device code. */
export const CODE_LIFETIME = 600_000;

export const LIMITS_OF_ALL = LIMIT_SETTING_NAMES.filter((name) => LIMIT_SETTINGS[name].by === 'all');

function paceOf(name: LimitSettingName): GuessPace {
  const pace = parseLimit(LIMIT_SETTINGS[name].preset);
  if (typeof pace === 'string') throw new Error(pace);
  return pace;
}

/** The most that one network can have counted by this limit within any hour; and at any end of a span and begin of the next. */
export function rateOf(name: LimitSettingName): { perHour: number; atOnce: number } {
  const pace = paceOf(name);
  let [count, at, delay] = [pace.free, 0, pace.firstDelay];
  for (; at + delay < pace.memory; count += 1) {
    at += delay;
    delay = Math.min(delay * 2, pace.highestDelay);
  }
  return { perHour: (count * HOUR) / pace.memory, atOnce: 2 * pace.free + CODE_LIFETIME / pace.highestDelay };
}

/** By one network, with the free ones of a span at both ends. */
export function begunWithin(life: number, by: LimitSettingName): number {
  return (rateOf(by).perHour * life) / HOUR + paceOf(by).free;
}
