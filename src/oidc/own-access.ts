/** What a client may do in its own name, without an owner (RFC 6749 section 4.4): at which APIs, and which of their scopes. */

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
export type Client = Readonly<Record<string, unknown>> | object;

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
