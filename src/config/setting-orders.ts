/** Settings that are within their bounds each, and of which one makes the other worth nothing. */
import { type SettingWarning, settingWarning } from './setting-warnings.ts';
import type { Settings } from './settings.ts';

interface Order {
  readonly lower: NumberSetting;
  readonly upper: NumberSetting;
  /** Of the lower in one of the upper: minutes in an hour. */
  readonly units?: number;
  /** The lower may not be the same, either. */
  readonly isBelow?: boolean;
  /** It works all the same: refused where the operator has set both, else warned of. */
  readonly works?: boolean;
  readonly why: string;
}

type NumberSetting = {
  [Name in keyof Settings]-?: Settings[Name] extends number ? Name : never;
}[keyof Settings];

const TAKES_ALL = 'one of them alone can take all the places';

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
  {
    lower: 'APPROVALS_BEFORE_PROOF',
    upper: 'APPROVALS_BEFORE_REFUSAL',
    isBelow: true,
    why: 'a proof is asked for first',
  },
  { lower: 'LIVE_CODES_PER_CLIENT', upper: 'LIVE_CODES', works: true, why: TAKES_ALL },
  { lower: 'LIVE_CODES_PER_NETWORK', upper: 'LIVE_CODES', works: true, why: TAKES_ALL },
  { lower: 'WAITING_SIGN_INS_PER_NETWORK', upper: 'WAITING_SIGN_INS', works: true, why: TAKES_ALL },
  { lower: 'REGISTERED_CLIENTS_PER_NETWORK', upper: 'REGISTERED_CLIENTS', works: true, why: TAKES_ALL },
];

/**
 * Holds the settings against each other. A default gives way to what was set, by becoming smaller: never does a lifetime or
 * a limit grow by itself. What was set is refused.
 * @param given as in the environment
 * @param errors a line for each that was set and is more than another one leaves it
 * @param warnings what works, and is worth knowing
 */
export function inOrder(
  settings: Settings,
  given: Readonly<Record<string, string | undefined>>,
  errors: string[],
  warnings: SettingWarning[],
): Settings {
  const values = { ...settings };
  for (const { lower, upper, units = 1, isBelow = false, works = false, why } of ORDERS) {
    const most = values[upper] * units - (isBelow ? 1 : 0);
    if (values[lower] <= most) continue;
    if (given[lower] === undefined) values[lower] = Math.max(most, 1);
    else if (works && given[upper] === undefined) warnings.push(settingWarning('above', { lower, upper }));
    else
      errors.push(
        `${lower}: ${values[lower]} is more than ${upper} leaves it, ${most}: ${why}; lower it, or raise the other`,
      );
  }
  return values;
}
