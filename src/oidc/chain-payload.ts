import type { AdapterPayload } from 'oidc-provider';
import type { Payload } from '../devices/payload.ts';
import type { SealedRefreshToken } from '../devices/refresh-token-seals.ts';

/** What the library adds to how a chain began, once it was refreshed. */
const REFRESHED = ' refresh_token';

/**
 * What all refresh tokens of a chain have in common, as the library keeps it of each: what was granted, and how its owner
 * proved who they are. The rest is in the seal of each, or follows from the grant.
 */
export function commonPayload({
  jti: _jti,
  kind: _kind,
  iat: _iat,
  exp: _exp,
  rotations: _rotations,
  grantId: _grantId,
  accountId: _accountId,
  gty,
  ...common
}: AdapterPayload): Payload {
  return { ...common, ...(gty && { gty: gty.endsWith(REFRESHED) ? gty.slice(0, -REFRESHED.length) : gty }) };
}

/** The same, whole again, for the one token that this is the seal of. */
export function payloadOf(
  id: string,
  { grantId, place, issuedAt, expiresAt }: SealedRefreshToken,
  accountId: string,
  { gty, ...common }: Payload,
): AdapterPayload {
  const isFirst = place === 0;
  return {
    ...common,
    ...(typeof gty === 'string' && { gty: isFirst ? gty : `${gty}${REFRESHED}` }),
    ...(!isFirst && { rotations: place }),
    kind: 'RefreshToken',
    jti: id,
    accountId,
    grantId,
    iat: issuedAt,
    exp: expiresAt,
  };
}
