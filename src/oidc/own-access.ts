/** What a client may do in its own name, without an owner (RFC 6749 section 4.4): at which APIs, and which of their scopes. */
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { ClientEpochs } from '../devices/client-state.ts';

export const CLIENT_GRANT = 'client_credentials';

/** In the clients file: resource → its scopes that are given to the client. */
export const OWN_ACCESS = 'own_access';

/** In the clients file: ids of other clients of which a receiver of security events hears, such as a maker's of its devices. */
export const HEARS_OF = 'hears_of';

interface OwnMetadata {
  readonly grant_types?: readonly string[] | undefined;
  readonly [OWN_ACCESS]?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly [HEARS_OF]?: readonly string[] | undefined;
}

/** What is wrong where a client is given access in its own name. @param isPublic it has no secret and no key */
export function ownAccessGrantErrors(
  { grant_types: grants, [OWN_ACCESS]: given = {}, [HEARS_OF]: hears }: OwnMetadata,
  isPublic: boolean,
): { path: string[]; message: string }[] {
  const errors: { path: string[]; message: string }[] = [];
  const needs = (path: string, message: string) => errors.push({ path: [path], message });
  const isForItself = grants?.includes(CLIENT_GRANT) === true;
  const own = Object.keys(given);
  if (isForItself && isPublic)
    needs('grant_types', 'client_credentials is only for a client with a secret or a key of its own');
  if (isForItself && own.length === 0) needs(OWN_ACCESS, 'is needed with client_credentials');
  if (!isForItself && own.length > 0) needs(OWN_ACCESS, 'needs client_credentials in grant_types');
  if (!isForItself && hears) needs(HEARS_OF, 'needs client_credentials in grant_types');
  return errors;
}

/** A client of the clients file, or of the library. */
type Client = Readonly<Record<string, unknown>> | object;

/** Resource → scopes. */
export function ownAccessOf(client: Client): Readonly<Record<string, readonly string[]>> {
  const { [OWN_ACCESS]: given = {} } = client as { [OWN_ACCESS]?: Record<string, string[]> };
  return given;
}

/** Clients of which a receiver of security events hears beside itself. */
export function heardOf(client: Client): readonly string[] {
  const { [HEARS_OF]: given = [] } = client as { [HEARS_OF]?: string[] };
  return given;
}

/** @returns `undefined`: nothing at this resource */
function ownScopesAt(client: Client, resource: string): readonly string[] | undefined {
  const given = ownAccessOf(client);
  return Object.hasOwn(given, resource) ? given[resource] : undefined;
}

/** Whether the request at hand asks for a token in the client's own name. */
export function asksForItself({ oidc }: KoaContextWithOIDC): boolean {
  return oidc.route === 'token' && oidc.params?.['grant_type'] === CLIENT_GRANT;
}

/**
 * A request that names no resource is for the one that is given to the client.
 * @throws InvalidTarget where there are several
 */
export function onlyResourceOf(client: Client): string {
  const [only, ...others] = Object.keys(ownAccessOf(client));
  if (only === undefined || others.length > 0) throw new errors.InvalidTarget('name the resource');
  return only;
}

/**
 * The scopes that a client asks for in its own name: those that it names, or all that are given to it there. An owner's
 * scopes are given to none.
 * @throws InvalidTarget, InvalidScope where it was given less
 */
export function readOwnRequest({ oidc }: KoaContextWithOIDC, client: Client, resource: string): string[] {
  const given = ownScopesAt(client, resource);
  if (!given || !oidc.params) throw new errors.InvalidTarget();
  const asked = String(oidc.params['scope'] ?? '')
    .split(' ')
    .filter(Boolean);
  const refused = asked.filter((scope) => !given.includes(scope));
  if (refused.length > 0)
    throw new errors.InvalidScope('this client was not given the scope', refused.join(' '));
  if (asked.length === 0) oidc.params['scope'] = given.join(' ') || undefined;
  return [...given];
}

/**
 * A client that the operator has disabled a moment ago may still have been let in: it gets nothing.
 * @throws InvalidClient
 */
export function requireActive(epochs: ClientEpochs, clientId: string): void {
  if (!epochs.areUntouched && epochs.of(clientId).status !== 'active')
    throw new errors.InvalidClient('client is disabled');
}

/** As much of a token as the decision needs. */
interface OwnToken {
  readonly clientId?: string | undefined;
  readonly aud?: unknown;
  readonly scope?: string | undefined;
}

/** Whether the client of a token in its own name is still given all of it: the files may have changed since. */
export async function isStillGiven({ oidc }: KoaContextWithOIDC, token: OwnToken): Promise<boolean> {
  const client = await oidc.provider.Client.find(token.clientId ?? '');
  const given = client?.grantTypeAllowed(CLIENT_GRANT) && ownScopesAt(client, String(token.aud));
  const scopes = (token.scope ?? '').split(' ').filter(Boolean);
  return given !== undefined && given !== false && scopes.every((scope) => given.includes(scope));
}
