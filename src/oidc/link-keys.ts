/**
 * A machine without a screen presents a key of its owner with the request for a device code (RFC 8628 section 3.1): then
 * the code is born approved. What it may not do with the key is answered alike, whatever it is: 400 `invalid_grant`.
 *
 * | what comes | answer |
 * | --- | --- |
 * | no key, and its client needs one | 400 `unauthorized_client` |
 * | what no key looks like | 400 `invalid_request` |
 * | a key that is unknown, spent, expired, ended, or made before an end of everything | 400 `invalid_grant` |
 * | one of another client, or elsewhere, for more scopes, or with too old a proof | the same, and its owner is told |
 * | too many machines waiting, or linked | 429 |
 * | everything else | a code, and the first poll gets tokens |
 */
import Provider, { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { sameStamp } from '../devices/client-state.ts';
import { type LinkKey, type LinkKeyRefusal, type LinkKeyText, parseLinkKey } from '../devices/link-key.ts';
import type { LinkKeyStore } from '../devices/link-key-store.ts';
import { linkKeyEvent } from '../devices/link-keys.ts';
import type { Payload } from '../devices/payload.ts';
import { eventPlace } from '../events/event.ts';
import { type Networks, networksOf } from '../net/networks.ts';
import { devicePlace, requesterOf } from '../net/requester.ts';
import { asksForLogin } from './device-parameters.ts';
import { approvalOf, DeviceRequests, resourcesOf, scopesOf } from './device-request.ts';
import { TooManyDeviceCodes } from './errors.ts';
import { needsLinkKey, takesLinkKeys } from './link-key-clients.ts';
import { sinceOfMaxAge } from './pending-code.ts';
import { requestCache } from './request-cache.ts';
import type { ResourceCatalog } from './resources.ts';
import { saveWaiting } from './waiting-grant.ts';

/** The parameter; a server that does not know it ignores it, and the device shows its code. */
export const LINK_KEY = 'latchkey_key';

/** A key that may link the machine which asks. */
export interface PresentedLinkKey {
  readonly text: LinkKeyText;
  readonly key: LinkKey;
  /** Grants what was asked for, to wait for its code. */
  readonly requests: DeviceRequests;
}

interface LinkKeySettings {
  readonly config: Parameters<typeof networksOf>[0] & { readonly lifetimes: { readonly grant: number } };
  readonly resources: ResourceCatalog;
  readonly stores: { readonly linkKeys: Pick<LinkKeyStore, 'find' | 'refuse'> };
}

/** Reads the parameter, which is kept nowhere. */
export function readLinkKey({ config, resources, stores }: LinkKeySettings) {
  const networks = networksOf(config);
  return async (ctx: KoaContextWithOIDC, value: unknown): Promise<void> => {
    const { params, route, client, provider } = ctx.oidc;
    if (params) params[LINK_KEY] = undefined;
    if (route !== 'device_authorization') return;
    if (value === undefined && !needsLinkKey(client)) return;
    if (value === undefined)
      throw new errors.UnauthorizedClient('this client is linked by a key of its owner');
    const text = parseLinkKey(String(value));
    if (!text) throw new errors.InvalidRequest(`${LINK_KEY} is malformed`);
    const key = await stores.linkKeys.find(text);
    const why = key && refusalOf(ctx, key, networks);
    if (key && why) {
      const event = linkKeyEvent('link-key-refused', key, eventPlace(requesterOf(ctx)), 'device');
      await stores.linkKeys.refuse(text, why, { ...event, details: { why } });
    }
    if (!key || why) throw new errors.InvalidGrant('the key cannot be used');
    const requests = new DeviceRequests(() => provider, resources, config.lifetimes.grant / 1000);
    requestCache(ctx).linkKey = { text, key, requests };
  };
}

function refusalOf(ctx: KoaContextWithOIDC, key: LinkKey, networks: Networks): LinkKeyRefusal | undefined {
  const { client, params = {} } = ctx.oidc;
  if (!takesLinkKeys(client) || client?.clientId !== key.clientId) return 'client';
  const here = devicePlace(requesterOf(ctx));
  const there = { address: key.network ?? '', isCertain: true };
  const relation = key.network === undefined ? 'same' : networks.compare(here, there);
  if (relation !== 'same') return relation === 'different' ? 'network' : 'unsure';
  const isWithin = scopesOf({ params }).every((scope) => key.scopes.includes(scope));
  if (!isWithin || resourcesOf({ params }).length > 0) return 'scope';
  return asksForLogin(ctx) || key.authTime < sinceOfMaxAge(params) ? 'proof' : undefined;
}

/**
 * What the key of this request decides about the code that is made in it; `undefined`: there is none. The grant is written
 * as waiting, then the code may come: a crash in between leaves a grant that dies with its wait.
 * @throws InvalidGrant where the key has ended meanwhile
 * @throws TooManyDeviceCodes
 */
export async function approvedByKey(
  params: Payload,
  info: object | undefined,
): Promise<{ payload: Payload; takeBack: () => Promise<unknown> } | undefined> {
  const { linkKey } = requestCache();
  const client = Provider.ctx?.oidc.client;
  if (!linkKey || !client) return undefined;
  const { key, requests } = linkKey;
  const asked = { params, info: { ...info } };
  const grant = requests.newGrant(client, asked, key);
  const stamp = sameStamp({ clientEpoch: key.clientEpoch });
  const refused = await saveWaiting(grant, stamp);
  if (refused === 'full') throw new TooManyDeviceCodes();
  if (refused) throw new errors.InvalidGrant('the key cannot be used');
  return {
    payload: { ...approvalOf(asked, { ...key, amr: [...key.amr] }, grant.jti), ...stamp },
    takeBack: () => grant.destroy(),
  };
}
