import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { AUTHORIZATION_PARAMETERS, MAX_OTHER_CHARACTERS } from '../apps/authorization-parameters.ts';
import { MAX_RESOURCES, resourcesIn } from './asked-resources.ts';
import { isCompanion } from './companion-clients.ts';

/**
 * Characters that a parameter of an authorization or device authorization request may have: what is kept of it takes
 * room in the store without an account. Beyond, the request is refused (RFC 6749 sections 4.1.2.1 and 5.2). What is
 * no printable ASCII counts for as many as it is kept as.
 */
export const MAX_CHARACTERS = {
  ...AUTHORIZATION_PARAMETERS,
  device_name: 4096,
  device_type: 4096,
  device_model: 4096,
} as const;

/** Of `state`, where a device pushes it: such a request has the place of a device code, and about its size. */
const MAX_STATE_OF_DEVICE = 128;

/** Around each of several values, with its comma. */
const QUOTES = 3;

/** Sent by clients, and of no use to this server. */
const UNUSED = ['display', 'claims_locales'] as const;
/** Of no use where no page is shown, or a device asks: its owner is asked about its scopes alone. */
const UNUSED_BY_DEVICES = ['ui_locales', 'claims', 'login_hint', 'id_token_hint'] as const;

/**
 * Refuses what is too long, and forgets what nothing here reads. It runs once client and redirect address are known
 * to be good, so that an app hears of it as OAuth says, and before anything is kept.
 * @throws InvalidRequest
 */
export function keepWithinBounds(ctx: KoaContextWithOIDC): void {
  const { params, body, route, client } = ctx.oidc;
  const given = (ctx.method === 'POST' ? body : ctx.query) ?? {};
  for (const [name, value] of Object.entries(given)) {
    const most =
      name in MAX_CHARACTERS ? MAX_CHARACTERS[name as keyof typeof MAX_CHARACTERS] : MAX_OTHER_CHARACTERS;
    const isRead = params !== undefined && name in params;
    const values = [value].flat().filter((one) => typeof one === 'string');
    if (isRead && values.some((one) => lengthOf(one) > most))
      throw new errors.InvalidRequest(`${name} is longer than ${most} characters`);
  }
  const resources = resourcesIn(params?.['resource']);
  if (resources.length > MAX_RESOURCES)
    throw new errors.InvalidTarget(`name at most ${MAX_RESOURCES} resources`);
  const isDevice = route === 'device_authorization' || isCompanion(client);
  if (isDevice) keepResourcesOfDevice(resources, params?.['nonce']);
  if (isDevice && lengthOf(String(params?.['state'] ?? '')) > MAX_STATE_OF_DEVICE)
    throw new errors.InvalidRequest(`state is longer than ${MAX_STATE_OF_DEVICE} characters`);
  const unused = isDevice ? [...UNUSED, ...UNUSED_BY_DEVICES] : UNUSED;
  for (const name of unused) if (params) params[name] = undefined;
}

/** A device code is kept without an account, and in no more room for a resource: that of its nonce is for both. */
function keepResourcesOfDevice(resources: readonly string[], nonce: unknown): void {
  const all = [...resources, typeof nonce === 'string' ? nonce : ''];
  const length = all.reduce((sum, one) => sum + lengthOf(one) + QUOTES, 0);
  if (resources.length > 0 && length > MAX_CHARACTERS.nonce)
    throw new errors.InvalidTarget(
      `resource and nonce are together longer than ${MAX_CHARACTERS.nonce} characters`,
    );
}

/** As JSON, in which one control character is six. */
function lengthOf(value: string): number {
  return Buffer.byteLength(JSON.stringify(value)) - '""'.length;
}
