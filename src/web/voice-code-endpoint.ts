/**
 * `POST /voice-code/verify`: a device asks whether four digits that it heard are its owner's voice code. For programs:
 * an access token is the only credential, cookies are not read and none is set, no other site's page may ask.
 */

import {
  type Bearer,
  type BearerTokens,
  type PresentedToken,
  VOICE_CODE_SCOPE,
} from '../devices/bearer-tokens.ts';
import { formatGrantId } from '../devices/grant-id.ts';
import type { VoiceCode } from '../voice-code/voice-code.ts';
import { formParsing, readForm, text } from './middleware/form.ts';
import { placeOf } from './routes/visit.ts';
import type { WebContext, WebMiddleware } from './web-state.ts';

const VOICE_CODE_PATH = '/voice-code/verify';

interface VoiceCodeEndpoint {
  readonly bearers: BearerTokens;
  readonly voiceCode: VoiceCode;
}

export function voiceCodeEndpoint(endpoint: VoiceCodeEndpoint): WebMiddleware {
  const parse = formParsing();
  return async function answerVoiceCode(ctx, next) {
    if (ctx.path !== VOICE_CODE_PATH) return next();
    ctx.state.route = VOICE_CODE_PATH;
    ctx.state.forProgram = true;
    ctx.set('Cache-Control', 'no-store');
    if (ctx.method !== 'POST') return refuseMethod(ctx);
    await parse(ctx, () => answer(endpoint, ctx));
  };
}

async function answer({ bearers, voiceCode }: VoiceCodeEndpoint, ctx: WebContext): Promise<void> {
  const presented = presentedToken(ctx);
  const refuse = challenger(ctx, bearers.proofAlgorithms, presented);
  // RFC 6750 section 3.1: a client without credentials hears of no error.
  if (!presented) return refuse(401);
  const bearer = await bearers.find(presented);
  if (bearer === 'no-proof') return refuse(401, 'invalid_dpop_proof');
  if (!bearer) return refuse(401, 'invalid_token');
  if (!bearer.scopes.has(VOICE_CODE_SCOPE)) return refuse(403, 'insufficient_scope');
  const { code } = readForm(ctx, { code: text });
  // A program asks, in ASCII: what people write in other scripts is not read here.
  if (/[^\x20-\x7e]/.test(code)) return refuse(400, 'invalid_request');
  const outcome = await voiceCode.try(bearer.grant, code, placeOf(ctx));
  switch (outcome.outcome) {
    case 'malformed':
      return refuse(400, 'invalid_request');
    case 'gone':
      return refuse(401, 'invalid_token');
    case 'wait':
      ctx.state.audit('limit-met', { ...who(bearer), reason: 'voice-code' });
      ctx.set('Retry-After', String(Math.ceil(outcome.milliseconds / 1000)));
      ctx.status = 429;
      ctx.body = { error: 'slow_down', error_description: 'Too many tries' };
      return;
    case 'yes':
    case 'no':
      ctx.state.audit(outcome.outcome === 'yes' ? 'voice-code-right' : 'voice-code-refused', who(bearer));
      ctx.body = { verified: outcome.outcome === 'yes' };
  }
}

/** RFC 6750 section 2.1 and RFC 9449 section 7.1; the scheme in any case (RFC 9110 section 11.1). */
function presentedToken(ctx: WebContext): PresentedToken | undefined {
  const [, scheme, token] = /^(Bearer|DPoP) +(\S+)$/i.exec(ctx.get('Authorization')) ?? [];
  if (!scheme || !token) return undefined;
  if (scheme.toLowerCase() === 'bearer') return { token };
  return { token, proof: { jwt: ctx.get('DPoP'), method: ctx.method, path: VOICE_CODE_PATH } };
}

const DESCRIPTIONS = {
  invalid_request: 'The form needs one field, code, with four digits',
  invalid_token: 'The access token is not good',
  invalid_dpop_proof: 'The proof is not one for this request and this access token, or it was used before',
  insufficient_scope: `The access token needs the scope ${VOICE_CODE_SCOPE}`,
} as const;

/** RFC 6750 section 3 and RFC 9449 section 7.1: in the scheme that was used; both, where none was. */
function challenger(ctx: WebContext, algorithms: readonly string[], presented: PresentedToken | undefined) {
  const algs = `algs="${algorithms.join(' ')}"`;
  const [scheme, end] = presented?.proof ? ['DPoP', `, ${algs}`] : ['Bearer', ''];
  return function refuse(status: 400 | 401 | 403, error?: keyof typeof DESCRIPTIONS): void {
    const scope = error === 'insufficient_scope' ? `, scope="${VOICE_CODE_SCOPE}"` : '';
    const told = error ? `${scheme} error="${error}"${scope}${end}` : ['Bearer', `DPoP ${algs}`];
    ctx.set('WWW-Authenticate', told);
    ctx.status = status;
    ctx.body = error ? { error, error_description: DESCRIPTIONS[error] } : { error: 'invalid_token' };
    if (status === 401 || status === 403) ctx.state.audit('token-refused', { reason: error ?? 'no_token' });
  };
}

function who({ grant, clientId }: Bearer) {
  return { account: grant.accountId, device: formatGrantId(grant), client: clientId };
}

function refuseMethod(ctx: WebContext): void {
  ctx.set('Allow', 'POST');
  ctx.status = 405;
  ctx.body = { error: 'method_not_allowed', error_description: 'Use POST' };
}
