/**
 * `/ssf` and `/.well-known/ssf-configuration`: receivers manage their streams of security events, and poll for them (OpenID
 * Shared Signals Framework 1.0, RFC 8936). For programs: an access token is the only credential, cookies are not read and
 * none is set.
 */
import { challenge } from '../admin/challenge.ts';
import { SIGNALS_METADATA_PATH, SIGNALS_PATH } from '../signals/scopes.ts';
import { type SignalsApi, TokenRefused } from '../signals/signals-api.ts';
import { SignalsRefused } from '../signals/signals-refused.ts';
import { presentedToken } from './bearer-answers.ts';
import { goneSignal } from './held-page.ts';
import { jsonBody, type UnreadBody } from './json-body.ts';
import { showError } from './middleware/errors.ts';
import type { WebContext, WebMiddleware } from './web-state.ts';

const MAX_BODY = '128kb';
/** Seconds that what is said of this server may be kept. */
const METADATA_SECONDS = 3600;

interface SignalsEndpoint {
  readonly api: SignalsApi;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** @param endpoint `undefined`: no events are told */
export function signalsEndpoint(endpoint: SignalsEndpoint | undefined): WebMiddleware {
  const read = jsonBody(MAX_BODY);
  return async function answerSignals(ctx, next) {
    const isMetadata = ctx.path === SIGNALS_METADATA_PATH;
    if (!isMetadata && ctx.path !== SIGNALS_PATH && !ctx.path.startsWith(`${SIGNALS_PATH}/`)) return next();
    ctx.state.route = isMetadata ? SIGNALS_METADATA_PATH : `${SIGNALS_PATH}/(none)`;
    ctx.state.forProgram = true;
    ctx.set('Cache-Control', 'no-store');
    if (!endpoint) return showError(ctx, 'not-found');
    if (isMetadata) return showMetadata(ctx, endpoint.metadata);
    ctx.state.route = endpoint.api.routeOf(ctx.path) ?? ctx.state.route;
    await answer(ctx, endpoint.api, read);
  };
}

function showMetadata(ctx: WebContext, metadata: SignalsEndpoint['metadata']): void {
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD')
    return refuse(ctx, new SignalsRefused(405, 'method_not_allowed', 'Use GET', { Allow: 'GET, HEAD' }));
  ctx.set('Cache-Control', `public, max-age=${METADATA_SECONDS}`);
  ctx.body = metadata;
}

async function answer(ctx: WebContext, api: SignalsApi, read: ReturnType<typeof jsonBody>): Promise<void> {
  const seen: { client?: string } = {};
  const presented = presentedToken(ctx);
  try {
    const body = await read(ctx);
    if (typeof body === 'string') throw UNREAD[body];
    const { status, body: said } = await api.answer(
      {
        method: ctx.method,
        path: ctx.path,
        query: new URLSearchParams(ctx.querystring),
        text: body.text,
        presented,
        gone: goneSignal(ctx),
      },
      seen,
    );
    ctx.status = status;
    if (said === undefined) return;
    ctx.type = 'json';
    // It has words of its receiver: nothing in it is mark-up to any reader.
    ctx.body = JSON.stringify(said).replaceAll('<', '\\u003c');
  } catch (error) {
    if (error instanceof TokenRefused) return refuseToken(ctx, error, presented, api.proofAlgorithms);
    if (!(error instanceof SignalsRefused)) throw error;
    if (error.status === 429) ctx.state.audit('limit-met', { ...seen, reason: 'signals' });
    refuse(ctx, error);
  }
}

const UNREAD: Readonly<Record<UnreadBody, SignalsRefused>> = {
  'other-type': new SignalsRefused(400, 'invalid_request', 'A body is application/json'),
  encoded: new SignalsRefused(400, 'invalid_request', 'A body is sent as it is, without an encoding'),
  'too-large': new SignalsRefused(413, 'invalid_request', 'The body is too long'),
  'not-json': new SignalsRefused(400, 'invalid_request', 'The body is not JSON'),
};

function refuse(ctx: WebContext, { status, error, message, headers }: SignalsRefused): void {
  ctx.set(headers);
  ctx.status = status;
  ctx.body = { error, error_description: message };
}

const TOKEN_ERRORS = {
  'no-token': ['invalid_token', 'An access token is needed'],
  'invalid-token': ['invalid_token', 'The access token is not good'],
  'invalid-dpop-proof': ['invalid_dpop_proof', 'The proof is not one for this request and this access token'],
  'insufficient-scope': ['insufficient_scope', 'The access token does not have the scope'],
} as const;

function refuseToken(
  ctx: WebContext,
  { why, scope }: TokenRefused,
  presented: ReturnType<typeof presentedToken>,
  algorithms: readonly string[],
): void {
  const [error, description] = TOKEN_ERRORS[why];
  ctx.state.audit('token-refused', { reason: why });
  const status = why === 'insufficient-scope' ? 403 : 401;
  refuse(ctx, new SignalsRefused(status, error, description, challenge(why, presented, algorithms, scope)));
}
