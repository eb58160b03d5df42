/** EGRESS_ALLOW: which addresses the server may call although they are not public. */
import type { EgressSettings } from '../net/egress.ts';
import { parseRange } from '../net/ranges.ts';
import type { Mode } from './config.ts';

/** In development apps run on the same machine. */
const OF_DEVELOPMENT = ['127.0.0.0/8', '::1/128'];

/** What is wrong with EGRESS_ALLOW, a line each. */
export function egressErrors(entries: readonly string[]): string[] {
  return entries
    .filter((entry) => parseRange(entry) === undefined)
    .map((entry) => `EGRESS_ALLOW: ${entry} is neither an address nor a range such as 10.0.0.0/8`);
}

export function egressSettings(entries: readonly string[], mode: Mode): EgressSettings {
  const isProduction = mode === 'production';
  return { allow: isProduction ? entries : [...OF_DEVELOPMENT, ...entries], httpsOnly: isProduction };
}
