/** The resources file: which APIs there are, which client reads their tokens, and what they may be asked for. */
import type { ClientMetadata } from 'oidc-provider';
import { z } from 'zod';
import { readJsonEntries } from '../config/json-entries.ts';
import { OperatorError } from '../errors/operator-error.ts';
import { OUR_SCOPES } from './clients.ts';
import { ownAccessOf } from './own-access.ts';
import { otherSpelling, type Resource, ResourceCatalog, resourceError } from './resources.ts';

/** Narrower than RFC 6749 section 3.3, so that no scope looks like a resource among the entries of a consent. */
const SCOPE_NAME = /^[\w.:/-]{1,60}$/;

const entry = z.strictObject({
  resource: z.string().superRefine((text, context) => {
    const error = resourceError(text);
    if (error) context.addIssue({ code: 'custom', message: error });
  }),
  resource_name: z.string().min(1).max(60),
  client_id: z.string().optional(),
  scopes: z.record(z.string(), z.string().min(1).max(200)).default({}),
  access_token_format: z.enum(['opaque', 'jwt']).default('opaque'),
  access_token_signing_alg: z.enum(['RS256', 'ES256']).optional(),
});
type Entry = z.infer<typeof entry>;

/** The resources file has errors; each line names the resource and the remedy. */
export class ResourcesError extends OperatorError {
  constructor(errors: readonly string[]) {
    super(`The resources cannot be used:\n${errors.map((error) => `  - ${error}`).join('\n')}`);
    this.name = 'ResourcesError';
  }
}

const FORMAT = {
  schema: entry,
  noun: 'resource',
  nameField: 'resource',
  failure: (errors: string[]) => new ResourcesError(errors),
};

/** Of a client: the resources whose tokens it reads. The resources file alone says so, never the clients file. */
export const READ_RESOURCES = 'read_resources';

/**
 * Reads a JSON array of resources.
 * @param text of the file; `undefined`: there is none
 * @param clients one of which reads the tokens of each
 * @param mayBeStored whether a reader that is in no entry of the clients file may be in the store: see `readerErrors`
 * @param own this server's own, beside those of the file
 * @returns the catalog, and the clients with what they read
 * @throws ResourcesError naming every error
 */
export function parseResources(
  text: string | undefined,
  clients: readonly ClientMetadata[],
  mayBeStored = false,
  own: readonly Resource[] = [],
): { resources: ResourceCatalog; clients: ClientMetadata[] } {
  const errors: string[] = [];
  const entries = text === undefined ? undefined : readJsonEntries(text, FORMAT, errors);
  for (const one of entries ?? []) errors.push(...errorsAmong(one, entries ?? []));
  for (const { id } of own)
    if (entries?.some(({ resource }) => resource === id))
      errors.push(`${id}: is this server's own, and not to be described here`);
  const resources = new ResourceCatalog(entries?.map(resourceOf), own);
  errors.push(...readerErrors(resources, clients, mayBeStored));
  for (const client of clients) errors.push(...ownAccessErrors(client, resources));
  if (errors.length > 0) throw new ResourcesError([...new Set(errors)]);
  return {
    resources,
    clients: clients.map(({ [READ_RESOURCES]: _, ...client }) => {
      const read = entries?.filter(({ client_id: id }) => id === client.client_id) ?? [];
      return {
        ...client,
        ...(read.length > 0 && { [READ_RESOURCES]: read.map(({ resource }) => resource) }),
      };
    }),
  };
}

function errorsAmong(one: Entry, all: readonly Entry[]): string[] {
  const errors: string[] = [];
  const { resource, client_id: id, access_token_format: format, access_token_signing_alg: algorithm } = one;
  const others = all.filter((other) => other !== one);
  if (others.some((other) => [resource, otherSpelling(resource)].includes(other.resource)))
    errors.push('resource is named twice');
  for (const scope of Object.keys(one.scopes)) {
    if (!SCOPE_NAME.test(scope))
      errors.push(`scopes.${scope} has 1 to 60 letters, digits or any of . : / - _`);
    if ((OUR_SCOPES as readonly string[]).includes(scope))
      errors.push(`scopes.${scope} is this server’s own`);
    if (others.some((other) => Object.hasOwn(other.scopes, scope)))
      errors.push(`scopes.${scope} is another resource’s too, and a consent could not tell them apart`);
  }
  if (id === undefined && format === 'opaque')
    errors.push('client_id is needed: the client as which the API asks about its tokens');
  if (algorithm && format === 'opaque')
    errors.push('access_token_signing_alg is for "access_token_format": "jwt"');
  return errors.map((error) => `${resource}: ${error}`);
}

/** The client that reads the tokens of a resource is registered, and proves who it is. */
export function readerErrors(
  resources: ResourceCatalog,
  clients: readonly ClientMetadata[],
  mayBeStored = false,
): string[] {
  return resources.ids.flatMap((resource) => {
    const id = resources.find(resource)?.reader;
    const reader = clients.find((client) => client.client_id === id);
    if (id === undefined || (!reader && mayBeStored)) return [];
    if (!reader) return [`${resource}: client_id ${id} is in no entry of the clients file, and not stored`];
    return reader.token_endpoint_auth_method === 'none'
      ? [`${resource}: client_id ${id} needs a secret or a key of its own in the clients file`]
      : [];
  });
}

/** What a client is given to do in its own name is there, and no owner’s. */
export function ownAccessErrors(client: ClientMetadata, resources: ResourceCatalog): string[] {
  return Object.entries(ownAccessOf(client)).flatMap(([id, scopes]) => {
    const entry = resources.ids.includes(id) || resources.isOwn(id) ? resources.find(id) : undefined;
    const about = `${client.client_id}: own_access ${id}`;
    if (!entry) return [`${about} is in no entry of the resources file`];
    const unknown = scopes.filter((scope) => !Object.hasOwn(entry.scopes, scope));
    return unknown.map((scope) => `${about}: ${scope} is no scope of it`);
  });
}

function resourceOf({ resource: id, scopes, ...given }: Entry): Resource {
  const { resource_name: name, access_token_format: format, access_token_signing_alg: algorithm } = given;
  return { id, name, scopes, format, algorithm: algorithm ?? 'RS256', reader: given.client_id };
}
