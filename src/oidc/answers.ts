import type { KoaContextWithOIDC } from 'oidc-provider';
import type { AccountId } from '../accounts/account.ts';
import { POLL_PACING } from '../devices/device-code-store.ts';
import { formatGrantId } from '../devices/grant-id.ts';
import type { GrantStore } from '../devices/grant-store.ts';
import { readNumberMatch } from '../devices/number-match.ts';
import { displayUserCode, withUserCode } from '../devices/user-code.ts';
import { answerReasons } from './answer-reasons.ts';
import { nameMissingScope } from './asked-scopes.ts';
import { CODE_GRANT, DEVICE_GRANT } from './clients.ts';
import { completeDiscovery } from './discovery.ts';
import { grantedScopes } from './granted-scopes.ts';
import { CLIENT_GRANT } from './own-access.ts';
import { refreshExchange } from './refresh-exchange.ts';
import { requestCache } from './request-cache.ts';
import type { ResourceCatalog } from './resources.ts';
import { signIntrospection } from './signed-introspection.ts';
import type { SigningKeys } from './signing-keys.ts';

type Next = () => Promise<unknown>;

type Body = Record<string, unknown>;

/** Of an account that cannot exist: no account is ever given this id. */
const NOBODY = 'A'.repeat(22);
export const NOBODYS_GRANT = formatGrantId({ accountId: NOBODY as AccountId, epoch: 1, name: NOBODY });

const GRANTS: ReadonlySet<string> = new Set([DEVICE_GRANT, CODE_GRANT, CLIENT_GRANT, 'refresh_token']);

/** What RFC 6749 section 5.2 allows in no description, and mark-up: the library repeats what the request says, such as its `Origin`. */
const NOT_TOLD = /[^\x20\x21\x23-\x3b\x3d\x3f-\x5b\x5d-\x7e]/g;

interface AnswerParts {
  readonly grants: Pick<GrantStore, 'authorize'>;
  readonly resources: ResourceCatalog;
  readonly keys: SigningKeys;
}

/** What the library leaves out of its answers, or says otherwise than the standard. */
export function completeAnswers({ grants, resources, keys }: AnswerParts) {
  return async function completeAnswer(ctx: KoaContextWithOIDC, next: Next): Promise<void> {
    await next();
    // An access token that is kept has waited for it already.
    if (ctx.status === 200) await refreshExchange(ctx).done;
    const body = ctx.body as Body | undefined;
    if (ctx.status === 503) ctx.set('Retry-After', '1');
    if (ctx.status === 429) ctx.set('Retry-After', String(answerReasons(ctx).retryAfter ?? 60));
    if (!ctx.oidc || !body || typeof body !== 'object') return;
    const { error_description: told } = body;
    if (typeof told === 'string') body['error_description'] = told.replace(NOT_TOLD, '');
    if (ctx.oidc.route === 'device_authorization') completeDeviceAuthorization(ctx, body);
    if (ctx.oidc.route === 'pushed_authorization_request') nameMissingScope(ctx, body);
    if (ctx.oidc.route === 'token') completeToken(ctx, body);
    if (ctx.oidc.route === 'discovery') completeDiscovery(ctx, body, resources);
    if (ctx.oidc.route === 'introspection') {
      await completeIntrospection(ctx, body, grants);
      await signIntrospection(ctx, keys);
    }
  };
}

/** RFC 8628 section 3.2: `interval`, so that no device has to guess. */
function completeDeviceAuthorization(ctx: KoaContextWithOIDC, body: Body): void {
  if (ctx.status !== 200) {
    nameMissingScope(ctx, body);
    return nameUnauthorizedClient(ctx, body, DEVICE_GRANT);
  }
  const { userCode } = requestCache(ctx);
  if (userCode) showUserCode(body, displayUserCode(userCode));
  body['interval'] = POLL_PACING.interval / 1000;
  const kept = ctx.oidc.entities.DeviceCode?.deviceInfo?.['numberMatch'];
  const match = readNumberMatch(kept);
  if (match) body['number_match'] = match.number;
}

/** RFC 8628 section 3.2. */
function showUserCode(body: Body, shown: string): void {
  body['verification_uri_complete'] = withUserCode(String(body['verification_uri']), shown);
  body['user_code'] = shown;
}

function completeToken(ctx: KoaContextWithOIDC, body: Body): void {
  const { handedOutAgain } = refreshExchange(ctx);
  if (ctx.status === 200 && handedOutAgain && body['refresh_token']) body['refresh_token'] = handedOutAgain;
  nameUnauthorizedClient(ctx, body, ctx.oidc.params?.['grant_type']);
}

/**
 * RFC 7662 section 2.2: a JWT is no access token of this server, and so is inactive like any other stranger. What has
 * never been a token takes as many steps as what no longer is one. The scope is what the owner lets the app do now, and
 * not when the token was issued.
 */
async function completeIntrospection(
  ctx: KoaContextWithOIDC,
  body: Body,
  grants: Pick<GrantStore, 'authorize'>,
): Promise<void> {
  if (body['error'] === 'unsupported_token_type') {
    ctx.status = 200;
    ctx.body = { active: false };
  }
  if (ctx.status === 200 && body['active'] !== true && !requestCache(ctx).asked)
    await grants.authorize(NOBODYS_GRANT, { generation: 0 });
  const { Grant, AccessToken } = ctx.oidc.entities;
  const { scope } = body;
  if (Grant && typeof scope === 'string') {
    const scopes = grantedScopes(scope, Grant, audienceOf(AccessToken));
    body['scope'] = scopes.length > 0 ? scopes.join(' ') : undefined;
  }
}

function audienceOf(token: { aud?: unknown } | undefined): string | undefined {
  return typeof token?.aud === 'string' ? token.aud : undefined;
}

/** RFC 6749 section 5.2: a client that asks for a grant it is not registered for. */
function nameUnauthorizedClient(ctx: KoaContextWithOIDC, body: Body, grantType: unknown): void {
  if (typeof grantType !== 'string' || !GRANTS.has(grantType)) return;
  const { client } = ctx.oidc;
  const refused = body['error'] === 'invalid_request' && client && !client.grantTypeAllowed(grantType);
  if (refused) body['error'] = 'unauthorized_client';
}
