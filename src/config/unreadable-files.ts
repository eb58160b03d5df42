import { accessSync, constants, readFileSync } from 'node:fs';
import { parseSecrets } from './config.ts';
import type { Settings } from './settings.ts';

/** Those that the server opens later than it reads its settings. */
const PATHS = [
  'LATCHKEY_SECRET_FILE',
  'CLIENTS_FILE',
  'RESOURCES_FILE',
  'WEBHOOKS_FILE',
  'UPSTREAM_FILE',
  'BRAND_DIR',
  'GEOIP_FILE',
] as const;

/**
 * A line for each that is not there, or not for this process to read: told with what else is wrong, not one at each start.
 * So are secrets that are none.
 */
export function unreadableFiles(values: Settings): string[] {
  return PATHS.flatMap((name) => {
    const path = values[name];
    if (path === undefined) return [];
    try {
      accessSync(path, constants.R_OK);
      return name === 'LATCHKEY_SECRET_FILE' ? secretErrors(path) : [];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return [`${name}: ${path} cannot be read (${code}): put it there, or write where it is`];
    }
  });
}

/** @throws where it cannot be read */
function secretErrors(path: string): string[] {
  const errors: string[] = [];
  parseSecrets(readFileSync(path, 'utf8'), errors);
  return errors.map((error) => `${error} (in ${path})`);
}
