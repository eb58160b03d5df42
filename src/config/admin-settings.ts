import { parseRange } from '../net/ranges.ts';
import type { Mode } from './config.ts';
import type { Settings } from './settings.ts';

/** What there is below `/admin`, and for whom. */
export interface AdminSettings {
  readonly api: boolean;
  readonly console: boolean;
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
      'ADMIN_NETWORKS: production with ADMIN needs it: the networks that the Admin API and the console are used from, such as 10.0.0.0/8',
    );
  return errors;
}

export function adminSettings({ ADMIN, ADMIN_NETWORKS: networks }: Settings): AdminSettings {
  const has = (part: string) => ADMIN === part || ADMIN === 'all';
  return {
    api: has('api'),
    console: has('console'),
    networks: networks.length > 0 ? networks : LOOPBACK,
  };
}
