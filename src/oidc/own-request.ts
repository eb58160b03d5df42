/** A client that asks for a token in its own name: what it gets of what it was given. */
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { type ClientEpochs, isActive } from '../devices/client-state.ts';
import { CLIENT_GRANT, type Client, ownAccessOf } from './own-access.ts';

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
  if (!isActive(epochs, clientId)) throw new errors.InvalidClient('client is disabled');
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
