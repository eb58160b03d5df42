/** What a client needs whose devices are set up from their maker's phone app, and what follows from it. */
import { type GivenSecrets, hasSecret } from './client-secrets.ts';
import { LOOPBACK } from './redirect-uri.ts';

/**
 * Devices of this client may be set up from their maker's phone app: the device pushes its own request, and its owner
 * confirms it in the browser to which the app leads (docs/protocol.md).
 */
export const COMPANION = 'device_companion';

/** How long the device has for redeeming its code: hardware on Bluetooth is slow (ASVS 10.4.3 allows 10 minutes). */
export const COMPANION_CODE_SECONDS = 300;

/** As much of the metadata as this takes. */
interface CompanionMetadata extends GivenSecrets {
  readonly redirect_uris: readonly string[];
  readonly token_endpoint_auth_method?: string | undefined;
  readonly require_pushed_authorization_requests?: unknown;
  readonly response_modes?: readonly string[] | undefined;
  readonly id_token_claims?: boolean | undefined;
  readonly backchannel_logout_uri?: unknown;
}

interface MetadataError {
  readonly path: string[];
  readonly message: string;
}

/** Whether it is the client of devices that an app sets up. */
export function isCompanion(client: object | undefined): boolean {
  return (client as Record<string, unknown> | undefined)?.[COMPANION] === true;
}

/**
 * The answer goes to an address that the maker's app has claimed (RFC 8252 section 7.2). An address on the owner's own
 * machine can be talked out of the owner, code and all; a private scheme can be taken by another app.
 */
export function companionErrors(given: CompanionMetadata): MetadataError[] {
  const errors = given.redirect_uris.flatMap((uri) => {
    const error = addressError(uri);
    return error === undefined ? [] : [{ path: ['redirect_uris'], message: `${uri} ${error}` }];
  });
  const needs = (name: string, message: string) => errors.push({ path: [name], message });
  if (given.redirect_uris.length === 0)
    needs(COMPANION, 'needs redirect_uris: the https address that the maker’s app has claimed');
  if (hasSecret(given) || (given.token_endpoint_auth_method ?? 'none') !== 'none')
    needs('token_endpoint_auth_method', `is none with ${COMPANION}: no device keeps a secret of its maker`);
  if (given.require_pushed_authorization_requests === false)
    needs('require_pushed_authorization_requests', `is always true with ${COMPANION}`);
  if (given.response_modes?.some((mode) => mode !== 'query'))
    needs('response_modes', `is query with ${COMPANION}: the answer opens an app by its address`);
  if (given.backchannel_logout_uri !== undefined)
    needs(
      'backchannel_logout_uri',
      `is never called with ${COMPANION}: devices hear of an end when they refresh`,
    );
  return errors;
}

/** @returns what is wrong; `undefined` where nothing is. Plain http on localhost passes here: see `isForDevelopment`. */
function addressError(uri: string): string | undefined {
  const url = URL.parse(uri);
  if (url?.protocol === 'http:' && url.hostname === 'localhost') return undefined;
  if (url?.protocol !== 'https:')
    return `is no https address: ${COMPANION} needs one that the maker’s app has claimed (RFC 8252 section 7.2)`;
  return LOOPBACK.has(url.hostname)
    ? `is on the owner’s own machine: ${COMPANION} needs an address that the maker’s app has claimed`
    : undefined;
}

/** An address that is taken in development alone. */
export function isForDevelopment(uri: string): boolean {
  return URL.parse(uri)?.protocol !== 'https:';
}

/** What need not be written. The grant of device codes can be left out: then no attacker can send codes around. */
export function companionMetadata(given: CompanionMetadata): object {
  return {
    require_pushed_authorization_requests: true,
    response_modes: ['query'],
    // As of every device: its ID token says who, and no more unless it is asked to.
    id_token_claims: given.id_token_claims ?? false,
  };
}
