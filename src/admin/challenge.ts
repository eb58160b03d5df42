import type { PresentedToken } from '../devices/bearer-tokens.ts';

const ERRORS = {
  'no-token': undefined,
  'invalid-token': 'invalid_token',
  'invalid-dpop-proof': 'invalid_dpop_proof',
  'insufficient-scope': 'insufficient_scope',
} as const;

/** RFC 6750 section 3 and RFC 9449 section 7.1: in the scheme that was used; of no error where there was no token. */
export function challenge(
  why: keyof typeof ERRORS,
  presented: PresentedToken | undefined,
  algorithms: readonly string[],
  scope?: string,
): Readonly<Record<string, string>> {
  const algs = `algs="${algorithms.join(' ')}"`;
  const error = ERRORS[why];
  if (error === undefined) return { 'WWW-Authenticate': `Bearer, DPoP ${algs}` };
  const [scheme, end] = presented?.proof ? ['DPoP', `, ${algs}`] : ['Bearer', ''];
  const needed = scope === undefined ? '' : `, scope="${scope}"`;
  return { 'WWW-Authenticate': `${scheme} error="${error}"${needed}${end}` };
}
