/** What endpoints of ours for devices have in common: an access token is the only credential, refusals are those of RFC 6750. */

import {
  type Bearer,
  type BearerTokens,
  type PresentedToken,
  VOICE_CODE_SCOPE,
} from '../devices/bearer-tokens.ts';
import { formatGrantId } from '../devices/grant-id.ts';
import type { WebContext } from './web-state.ts';

const DESCRIPTIONS = {
  invalid_token: 'The access token is not good',
  invalid_dpop_proof: 'The proof is not one for this request and this access token, or it was used before',
  insufficient_scope: `The access token needs the scope ${VOICE_CODE_SCOPE}`,
} as const;

/** Answers 400, 401 or 403. */
type Refuse = (status: 400 | 401 | 403, error?: 'invalid_request' | keyof typeof DESCRIPTIONS) => void;

/**
 * The bearer that asks; `undefined`: it has been refused.
 * @param form what the endpoint takes, for a client that sends something else
 */
export async function bearerOf(
  ctx: WebContext,
  bearers: BearerTokens,
  form: string,
): Promise<{ bearer: Bearer; refuse: Refuse } | undefined> {
  const presented = presentedToken(ctx);
  const refuse = challenger(ctx, bearers.proofAlgorithms, presented, form);
  // RFC 6750 section 3.1: a client without credentials hears of no error.
  const found = presented && (await bearers.find(presented));
  if (!presented) refuse(401);
  else if (found === 'no-proof') refuse(401, 'invalid_dpop_proof');
  else if (!found) refuse(401, 'invalid_token');
  else if (!found.scopes.has(VOICE_CODE_SCOPE)) refuse(403, 'insufficient_scope');
  else return { bearer: found, refuse };
  return undefined;
}

/** RFC 6750 section 2.1 and RFC 9449 section 7.1; the scheme in any case (RFC 9110 section 11.1). */
export function presentedToken(ctx: WebContext): PresentedToken | undefined {
  const [, scheme, token] = /^(Bearer|DPoP) +(\S+)$/i.exec(ctx.get('Authorization')) ?? [];
  if (!scheme || !token) return undefined;
  if (scheme.toLowerCase() === 'bearer') return { token };
  return { token, proof: { jwt: ctx.get('DPoP'), method: ctx.method, path: ctx.path } };
}

/** RFC 6750 section 3 and RFC 9449 section 7.1: in the scheme that was used; both, where none was. */
function challenger(
  ctx: WebContext,
  algorithms: readonly string[],
  presented: PresentedToken | undefined,
  form: string,
): Refuse {
  const algs = `algs="${algorithms.join(' ')}"`;
  const [scheme, end] = presented?.proof ? ['DPoP', `, ${algs}`] : ['Bearer', ''];
  return function refuse(status, error) {
    const scope = error === 'insufficient_scope' ? `, scope="${VOICE_CODE_SCOPE}"` : '';
    const told = error ? `${scheme} error="${error}"${scope}${end}` : ['Bearer', `DPoP ${algs}`];
    ctx.set('WWW-Authenticate', told);
    ctx.status = status;
    const description = error === 'invalid_request' ? form : error && DESCRIPTIONS[error];
    ctx.body = error ? { error, error_description: description } : { error: 'invalid_token' };
    if (status === 401 || status === 403) ctx.state.audit('token-refused', { reason: error ?? 'no_token' });
  };
}

/** 429: what is tried is paced. */
export function askToWait(ctx: WebContext, bearer: Bearer, milliseconds: number): void {
  ctx.state.audit('limit-met', { ...who(bearer), reason: 'voice-code' });
  ctx.set('Retry-After', String(Math.ceil(milliseconds / 1000)));
  ctx.status = 429;
  ctx.body = { error: 'slow_down', error_description: 'Too many tries' };
}

/** Of whom a line of the log tells. */
export function who({ grant, clientId }: Bearer) {
  return { account: grant.accountId, device: formatGrantId(grant), client: clientId };
}
