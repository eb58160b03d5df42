/** The `resource` parameter (RFC 8707), as the library asks about it, and as grants keep it. */
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { resourceEntry } from '../devices/asked-resource.ts';
import type { ClientStates } from '../devices/client-state.ts';
import { isSelfRegistered } from './client-names.ts';
import { asksForItself, onlyResourceOf, readOwnRequest, requireActive } from './own-request.ts';
import { refreshExchange } from './refresh-exchange.ts';
import { otherSpelling, type Resource, type ResourceCatalog } from './resources.ts';

/** Of tokens for this server's own APIs, whatever other access tokens live. */
const OWN_TOKEN_SECONDS = 600;

type Indicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>;
type Grant = NonNullable<KoaContextWithOIDC['oidc']['grant']>;

/** Resources that one request may name: what is kept of it takes room in the store without an account. */
export const MAX_RESOURCES = 4;

/** RFC 9068 section 4 leaves no way to take a JWT back: so it lives no longer than this. */
const MAX_JWT_SECONDS = 300;

/**
 * @param seconds that an access token lives
 * @param served this server's own APIs that there are
 */
export function resourceIndicators(
  catalog: ResourceCatalog,
  clientStates: Pick<ClientStates, 'current'>,
  seconds: number,
  served: ReadonlySet<string>,
): Indicators {
  return {
    enabled: true,
    // A token is for what its owner has allowed, whether the client repeats it at the token endpoint or not.
    useGrantedResource: () => true,
    defaultResource: (ctx, client, oneOf) => (asksForItself(ctx) ? onlyResourceOf(client) : oneOf),
    getResourceServerInfo: async (ctx, id, client) => {
      const resource = catalog.find(id);
      if (!resource) throw new errors.InvalidTarget();
      const isOwn = catalog.isOwn(resource.id);
      if (isOwn && !(served.has(resource.id) && asksForItself(ctx) && !isSelfRegistered(client)))
        throw new errors.InvalidTarget();
      const { grant } = ctx.oidc;
      if (ctx.oidc.route === 'token' && grant && !allowsResource(grant, id)) throw new errors.InvalidTarget();
      // A JWT is not kept, and so not written beside the exchange: it must not go out where that is refused.
      if (resource.format === 'jwt') await refreshExchange(ctx).done;
      if (resource.format === 'jwt' && asksForItself(ctx))
        requireActive(await clientStates.current(), client.clientId);
      return {
        scope: (asksForItself(ctx) ? readOwnRequest(ctx, client, resource.id) : scopesAt(resource)).join(' '),
        audience: resource.id,
        accessTokenFormat: resource.format,
        accessTokenTTL: isOwn
          ? OWN_TOKEN_SECONDS
          : resource.format === 'jwt'
            ? Math.min(MAX_JWT_SECONDS, seconds)
            : seconds,
        ...(resource.format === 'jwt' && { jwt: { sign: { alg: resource.algorithm } } }),
      };
    },
  };
}

/**
 * From here on the request names its resources as the resources file does, so that codes, grants and consents know each
 * by one name. To be called when the library has looked at them.
 */
export function nameAsRegistered({ oidc }: KoaContextWithOIDC, catalog: ResourceCatalog): void {
  const { params, resourceServers = {} } = oidc;
  for (const [sent, server] of Object.entries(resourceServers)) {
    const id = catalog.find(sent)?.id ?? sent;
    delete resourceServers[sent];
    resourceServers[id] = new oidc.provider.ResourceServer(id, server);
  }
  const [only, ...others] = Object.keys(resourceServers);
  if (params && only !== undefined) params['resource'] = others.length > 0 ? [only, ...others] : only;
}

/** The scopes that a parameter names. */
export function scopesIn(parameter: unknown): string[] {
  return typeof parameter === 'string' ? parameter.split(' ').filter(Boolean) : [];
}

export const scopesAt = ({ scopes }: Resource): string[] => Object.keys(scopes);

/** The values of the parameter. */
export function resourcesIn(parameter: unknown): string[] {
  return [parameter].flat().filter((one) => typeof one === 'string');
}

/**
 * Keeps in a grant what its owner allows at a resource. The resource itself stands among the scopes: the library forgets
 * one without any.
 * @param granted entries of a consent
 */
export function grantAt(grant: Grant, resource: Resource, granted: readonly string[]): void {
  const scopes = scopesAt(resource).filter((scope) => granted.includes(scope));
  grant.addResourceScope(resource.id, [resourceEntry(resource.id), ...scopes]);
}

/** Whether the owner lets this grant act at a resource, now. @param grant or the payload of one */
export function allowsResource(grant: object, id: string): boolean {
  const { resources = {} } = grant as Pick<Grant, 'resources'>;
  return Object.hasOwn(resources, id) && (resources[id] ?? '').split(' ').includes(resourceEntry(id));
}

/**
 * A code is used up by its exchange: a client that names a resource it was not granted hears so before. One that was is
 * named from here on as it was granted.
 * @param granted the `resource` of what is exchanged
 * @throws InvalidTarget
 */
export function requireGrantedResource(ctx: KoaContextWithOIDC | undefined, granted: unknown): void {
  const { params } = ctx?.oidc ?? {};
  const known = resourcesIn(granted);
  const asked = resourcesIn(params?.['resource']).map((one) =>
    [one, otherSpelling(one)].find((spelling) => spelling !== undefined && known.includes(spelling)),
  );
  if (asked.includes(undefined)) throw new errors.InvalidTarget();
  if (asked.length > 1 || (asked.length === 0 && known.length > 1))
    throw new errors.InvalidTarget('name one of the resources that were granted: a token is for one');
  if (params && asked.length > 0) params['resource'] = asked[0];
}
