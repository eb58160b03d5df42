/** Settings that are within their bounds each, and of which one makes the other worth nothing. */
import type { Settings } from './settings.ts';

interface Order {
  readonly lower: NumberSetting;
  readonly upper: NumberSetting;
  /** Of the lower in one of the upper: minutes in an hour. */
  readonly units?: number;
  /** The lower may not be the same, either. */
  readonly isBelow?: boolean;
  readonly why: string;
}

type NumberSetting = {
  [Name in keyof Settings]-?: Settings[Name] extends number ? Name : never;
}[keyof Settings];

/** In this order: what has given way is held against the next. */
const ORDERS: readonly Order[] = [
  {
    lower: 'SESSION_IDLE_MINUTES',
    upper: 'SESSION_HOURS',
    units: 60,
    why: 'a browser is signed out by then whatever it does',
  },
  {
    lower: 'REFRESH_IDLE_DAYS',
    upper: 'GRANT_DAYS',
    why: 'a device has to be linked again by then whatever it does',
  },
  {
    lower: 'DORMANT_DAYS',
    upper: 'REFRESH_IDLE_DAYS',
    isBelow: true,
    why: 'an unused device is gone by then, and is never shown as dormant',
  },
  {
    lower: 'VOICE_CODE_TRIES_DEVICE',
    upper: 'VOICE_CODE_TRIES_ACCOUNT',
    why: 'one device alone comes to the tries of its account',
  },
];

/**
 * Holds the settings against each other. A default gives way to what was set, by becoming smaller: never does a lifetime or
 * a limit grow by itself. What was set is refused.
 * @param given as in the environment
 * @param errors a line for each that was set and is more than another one leaves it
 */
export function inOrder(
  settings: Settings,
  given: Readonly<Record<string, string | undefined>>,
  errors: string[],
): Settings {
  const values = { ...settings };
  for (const { lower, upper, units = 1, isBelow = false, why } of ORDERS) {
    const most = values[upper] * units - (isBelow ? 1 : 0);
    if (values[lower] <= most) continue;
    if (given[lower] === undefined) values[lower] = Math.max(most, 1);
    else
      errors.push(
        `${lower}: ${values[lower]} is more than ${upper} leaves it, ${most}: ${why}; lower it, or raise the other`,
      );
  }
  return values;
}

/** Of places that are shared: what may be wanted, and what it means. */
export function placeWarnings(values: Settings): string[] {
  const pairs = [
    ['LIVE_CODES_PER_NETWORK', 'LIVE_CODES'],
    ['LIVE_CODES_PER_CLIENT', 'LIVE_CODES'],
    ['WAITING_SIGN_INS_PER_NETWORK', 'WAITING_SIGN_INS'],
    ['REGISTERED_CLIENTS_PER_NETWORK', 'REGISTERED_CLIENTS'],
  ] as const;
  return pairs
    .filter(([one, all]) => values[one] > values[all])
    .map(([one, all]) => `${one} is above ${all}: one of them alone can take all the places`);
}
