import { parseRange } from '../net/ranges.ts';
import type { Mode } from './config.ts';
import type { Settings } from './settings.ts';

/** Where the Admin API is. */
export interface AdminSettings {
  readonly api: boolean;
  /** From these networks alone; from elsewhere there is nothing. */
  readonly networks: readonly string[];
}

/** This machine: what is developed is called from nowhere else. */
const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/** What is wrong with `ADMIN_NETWORKS`, a line each. */
export function adminErrors({ ADMIN, ADMIN_NETWORKS: networks }: Settings, mode: Mode): string[] {
  const errors = networks
    .filter((text) => parseRange(text) === undefined)
    .map((text) => `ADMIN_NETWORKS: ${text} is no address and no range, such as 10.0.0.0/8`);
  if (ADMIN !== 'off' && networks.length === 0 && mode === 'production')
    errors.push(
      'ADMIN_NETWORKS: production with ADMIN needs it: the networks that the Admin API is called from, such as 10.0.0.0/8',
    );
  return errors;
}

export function adminSettings({ ADMIN, ADMIN_NETWORKS: networks }: Settings): AdminSettings {
  return { api: ADMIN === 'api', networks: networks.length > 0 ? networks : LOOPBACK };
}
