import type { KoaContextWithOIDC } from 'oidc-provider';
import { sameStamp } from '../devices/client-state.ts';
import { parseGrantId } from '../devices/grant-id.ts';
import type { Payload } from '../devices/payload.ts';
import { pushedDevice } from './device-parameters.ts';
import { grantOf } from './device-request.ts';
import { requestCache } from './request-cache.ts';
import type { ResourceCatalog } from './resources.ts';

type Grant = NonNullable<KoaContextWithOIDC['oidc']['grant']>;

/** What a code carries for the device that redeems it. */
export interface CompanionDevice {
  /** What it said of itself, and from where. */
  readonly info: Payload;
  /** Its grant, as the library has it until the code is redeemed. */
  readonly grant: Payload;
}

/**
 * The grant that the owner's confirmation has written for this very request, as the library takes it. Never one that
 * was there before: each device is confirmed. `undefined`: the owner has not been asked yet.
 */
export function companionGrant({ oidc }: KoaContextWithOIDC, resources: ResourceCatalog): Grant | undefined {
  const cache = requestCache();
  const { client, provider, params = {}, result } = oidc;
  const { browser } = cache;
  const { grantId, ...stamp } = (result?.consent ?? {}) as { grantId?: string; clientEpoch?: number };
  const info = pushedDevice(params);
  if (!browser || !client || !info || grantId === undefined) return undefined;
  if (parseGrantId(grantId)?.accountId !== browser.accountId) return undefined;
  const grant = grantOf(provider, resources, client, { params }, browser.accountId);
  grant.jti = grantId;
  const { openid, resources: granted } = grant;
  const payload = { kind: 'Grant', jti: grantId, accountId: browser.accountId, clientId: client.clientId };
  const born = { ...payload, ...sameStamp(stamp) };
  cache.companion = { info, grant: { ...born, openid, ...(granted && { resources: granted }) } };
  return grant;
}
