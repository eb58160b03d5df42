import { accessSync, constants } from 'node:fs';
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

/** A line for each that is not there, or not for this process to read: told with what else is wrong, not one at each start. */
export function unreadableFiles(values: Settings): string[] {
  return PATHS.flatMap((name) => {
    const path = values[name];
    if (path === undefined) return [];
    try {
      accessSync(path, constants.R_OK);
      return [];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return [`${name}: ${path} cannot be read (${code}): put it there, or write where it is`];
    }
  });
}
