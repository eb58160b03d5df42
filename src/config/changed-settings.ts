import { LIMIT_SETTING_NAMES, LIMIT_SETTINGS } from '../limits/limits.ts';
import { settings } from './settings.ts';

/** Addresses may hold a password, or be one. */
const SECRET = /(SECRET|PASSWORD|TOKEN|URL)$/;
const NOT_SECRET = new Set(['PRIVACY_URL', 'TERMS_URL']);

/** Whether its value is for the operator alone. */
export function isSecret(name: string): boolean {
  return SECRET.test(name) && !NOT_SECRET.has(name);
}

/**
 * What was set and is not as by default, for the line at start: of a secret only that it is `set`.
 * @param given the environment, all of it valid
 */
export function changedSettings(
  given: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const own = Object.entries(settings.shape).flatMap(([name, schema]) => {
    const value = given[name];
    return value === undefined || isSame(schema, value) ? [] : [[name, value] as const];
  });
  const limits = LIMIT_SETTING_NAMES.flatMap((name) => {
    const value = given[`LIMIT_${name}`];
    return value === undefined || value === LIMIT_SETTINGS[name].preset
      ? []
      : [[`LIMIT_${name}`, value] as const];
  });
  const shown = ([name, value]: readonly [string, string]) => [name, isSecret(name) ? 'set' : value] as const;
  return Object.fromEntries([...own, ...limits].map(shown));
}

function isSame(schema: { safeParse(value: unknown): { data?: unknown } }, value: string): boolean {
  const [byDefault, set] = [schema.safeParse(undefined), schema.safeParse(value)];
  return byDefault.data !== undefined && JSON.stringify(byDefault.data) === JSON.stringify(set.data);
}
