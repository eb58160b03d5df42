import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import type { ActivityEvent, EventKind } from '../activity/event.ts';
import { parseGrantId } from '../devices/grant-id.ts';
import { isRevocationOfAccessToken } from './adapters/access-tokens.ts';

const LONGEST_USER_AGENT = 300;

/** What the request at hand does to a device, for its owner. */
export function deviceEvent(kind: EventKind, by: ActivityEvent['by'], grantId: string): ActivityEvent {
  const ctx: KoaContextWithOIDC | undefined = Provider.ctx;
  const name = parseGrantId(grantId)?.name ?? '';
  return {
    kind,
    by,
    subject: { type: 'device', id: name },
    ...(ctx && {
      place: { address: ctx.ip, userAgent: ctx.get('user-agent').slice(0, LONGEST_USER_AGENT) },
    }),
  };
}

/**
 * Why the library ends a grant, read off the endpoint: at the token endpoint it is replay of a refresh token, at
 * revocation the device signs itself off (RFC 7009). Elsewhere it takes back what nobody has used yet.
 */
export function endOfGrant(grantId: string): ActivityEvent | undefined {
  const { oidc } = Provider.ctx ?? {};
  if (oidc?.route === 'token') return deviceEvent('device-replayed', 'server', grantId);
  if (oidc?.route === 'revocation' && !isRevocationOfAccessToken(oidc))
    return deviceEvent('device-signed-off', 'device', grantId);
  return undefined;
}
