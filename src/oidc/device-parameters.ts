/** What a device says of itself when it asks for a code, or pushes its request: parameters of ours. */
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { cleanClaim } from '../devices/claimed-device.ts';
import type { Payload } from '../devices/payload.ts';
import { requesterOf } from '../net/requester.ts';
import { isCompanion } from './companion-clients.ts';
import { deviceInfo } from './device-info.ts';
import { requestCache } from './request-cache.ts';

/**
 * With a pushed request, what the device said of itself and from where it pushed it, as JSON. It is ours alone: what a
 * client sends by this name is overwritten or forgotten.
 */
const PUSHED_DEVICE = 'latchkey_device';

const CLAIMS = ['device_name', 'device_type', 'device_model'] as const;

/** The words are cleaned before they are kept, and kept once. */
export const deviceParameters: NonNullable<Configuration['extraParams']> = {
  ...Object.fromEntries(CLAIMS.map((name) => [name, cleanWord(name)])),
  [PUSHED_DEVICE]: keepPushedDevice,
};

function cleanWord(name: (typeof CLAIMS)[number]) {
  return ({ oidc }: KoaContextWithOIDC, value: unknown): void => {
    const isDevice = oidc.route === 'device_authorization' || isPush(oidc);
    if (oidc.params) oidc.params[name] = isDevice ? cleanClaim(value) : undefined;
  };
}

/** The place is that of the device, which pushes the request itself; the browser that opens it is another. */
function keepPushedDevice(ctx: KoaContextWithOIDC, value: unknown): void {
  const { params, client, entities } = ctx.oidc;
  if (!params) return;
  const isPushed = isCompanion(client) && entities.PushedAuthorizationRequest !== undefined;
  params[PUSHED_DEVICE] = isPushed ? value : undefined;
  if (!isPush(ctx.oidc)) return;
  params[PUSHED_DEVICE] = JSON.stringify(infoOf(ctx));
  for (const name of CLAIMS) params[name] = undefined;
}

function isPush({ route, client }: KoaContextWithOIDC['oidc']): boolean {
  return route === 'pushed_authorization_request' && isCompanion(client);
}

/** What was kept of the device that pushed a request. `undefined`: no device did. */
export function pushedDevice(params: Readonly<Payload> | undefined): Payload | undefined {
  const kept = params?.[PUSHED_DEVICE];
  return typeof kept === 'string' ? (JSON.parse(kept) as Payload) : undefined;
}

export function infoOf(ctx: KoaContextWithOIDC): Record<string, unknown> {
  const { linkKey } = requestCache(ctx);
  const info = deviceInfo({
    claims: ctx.oidc.params ?? {},
    requester: requesterOf(ctx),
    client: ctx.oidc.client,
    login: asksForLogin(ctx),
  });
  return linkKey ? { ...info, linkKey: { id: linkKey.key.id, name: linkKey.key.name } } : info;
}

/**
 * Whether the owner has to prove who they are anew, by `prompt` or by a `max_age` of 0, which is the same. The library
 * drops both here, since a device shows no pages; its owner's browser does.
 */
export function asksForLogin({ oidc: { body } }: KoaContextWithOIDC): boolean {
  const { prompt, max_age: maxAge } = body ?? {};
  const isNow = typeof maxAge === 'string' && maxAge !== '' && Number(maxAge) === 0;
  return (
    isNow ||
    String(prompt ?? '')
      .split(' ')
      .includes('login')
  );
}
