/**
 * What each answer of a protocol endpoint means for security, read off the answer in one place. A poll that is
 * merely to wait is no event.
 */
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { SecurityDetails, SecurityEventName, SecurityLog } from '../audit/security-log.ts';
import { parseGrantId } from '../devices/grant-id.ts';
import { requesterOf } from '../net/requester.ts';
import { isRevocationOfAccessToken } from './adapters/access-tokens.ts';
import { answerReasons } from './answer-reasons.ts';
import { CODE_GRANT, DEVICE_GRANT } from './clients.ts';
import { isCompanion } from './companion-clients.ts';
import { requestCache } from './request-cache.ts';

type Next = () => Promise<unknown>;

/** Answers to a device that is as it should be. */
const WAITING: ReadonlySet<unknown> = new Set(['authorization_pending', 'slow_down']);

export function auditSecurity(security: SecurityLog) {
  return async function auditAnswer(ctx: KoaContextWithOIDC, next: Next): Promise<void> {
    await next();
    if (!ctx.oidc) return;
    const event = eventOf(ctx);
    if (!event) return;
    const { requestId } = ctx.state as { requestId?: string };
    security.audit(event, { requestId, address: requesterOf(ctx).address }, detailsOf(ctx));
  };
}

function eventOf(ctx: KoaContextWithOIDC): SecurityEventName | undefined {
  const error = errorOf(ctx);
  if (ctx.status === 503) return 'store-unavailable';
  if (ctx.status >= 500) return 'request-failed';
  if (error === 'invalid_client') return 'client-refused';
  if (answerReasons(ctx).limit) return 'limit-met';
  switch (ctx.oidc.route) {
    case 'device_authorization':
      return eventOfAuthorization(ctx, error);
    case 'pushed_authorization_request':
      return isCompanion(ctx.oidc.client) ? eventOfPush(ctx) : undefined;
    case 'token':
      return eventOfToken(ctx, error);
    case 'revocation':
      return eventOfRevocation(ctx);
    case 'introspection':
      return ctx.status === 200 && ctx.oidc.client?.clientAuthMethod !== 'none' && !answerReasons(ctx).hidden
        ? undefined
        : 'introspection-refused';
    case 'userinfo':
      return ctx.status >= 400 ? 'token-refused' : undefined;
    case 'authorization':
    case 'resume':
      return requestCache(ctx).signIn ? 'token-issued' : undefined;
    default:
      return undefined;
  }
}

/** Only a key of an owner is refused as a grant here. */
function eventOfAuthorization(ctx: KoaContextWithOIDC, error: unknown): SecurityEventName {
  if (ctx.status === 200) return requestCache(ctx).linkKey ? 'link-key-used' : 'device-code-issued';
  return error === 'invalid_grant' ? 'link-key-refused' : 'device-code-refused';
}

function eventOfPush({ status }: KoaContextWithOIDC): SecurityEventName {
  return status === 201 ? 'link-pushed' : 'device-refused';
}

function eventOfToken(ctx: KoaContextWithOIDC, error: unknown): SecurityEventName | undefined {
  if (answerReasons(ctx).replayed) return 'device-replayed';
  if (ctx.status !== 200) return WAITING.has(error) ? undefined : 'token-refused';
  const grantType = ctx.oidc.params?.['grant_type'];
  if (grantType === DEVICE_GRANT) return 'device-linked';
  if (grantType === CODE_GRANT && isCompanion(ctx.oidc.client)) return 'device-linked';
  return grantType === 'refresh_token' ? 'token-refreshed' : 'token-issued';
}

function eventOfRevocation(ctx: KoaContextWithOIDC): SecurityEventName | undefined {
  if (ctx.status !== 200 || answerReasons(ctx).hidden) return 'token-refused';
  if (isRevocationOfAccessToken(ctx.oidc)) return 'token-revoked';
  return ctx.oidc.entities.RefreshToken ? 'device-signed-off' : undefined;
}

function detailsOf(ctx: KoaContextWithOIDC): SecurityDetails {
  const { client, entities } = ctx.oidc;
  const { hidden, limit, storeError } = answerReasons(ctx);
  const token =
    entities.DeviceCode ??
    entities.AuthorizationCode ??
    entities.RefreshToken ??
    entities.AccessToken ??
    requestCache(ctx).signIn;
  const error = errorOf(ctx) ?? (hidden ? 'token-of-another' : undefined);
  return {
    account: token?.accountId,
    device: token?.grantId && (parseGrantId(token.grantId)?.name ?? token.grantId),
    client: client?.clientId,
    limit,
    reason: storeError ?? (typeof error === 'string' ? error : undefined),
  };
}

/** A browser is answered with a page, of which only the status is known here. */
function errorOf({ body, status }: KoaContextWithOIDC): unknown {
  if (status < 400) return undefined;
  return body && typeof body === 'object' ? (body as Record<string, unknown>)['error'] : `status-${status}`;
}
