/** Which features of the library are served, and how. */
import type { ClientMetadata, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { Config } from '../config/config.ts';
import type { ClientStates } from '../devices/client-state.ts';
import { allowsResource, resourceIndicators } from './asked-resources.ts';
import { infoOf } from './device-parameters.ts';
import { CLIENT_GRANT } from './own-access.ts';
import { isStillGiven } from './own-request.ts';
import { servedResources } from './own-resources.ts';
import type { ResourceCatalog } from './resources.ts';
import { mayRead, mayRevoke, type ReadToken } from './token-readers.ts';

interface FeatureSettings {
  readonly config: Pick<Config, 'lifetimes' | 'issuer' | 'admin' | 'sharedSignals'>;
  readonly clients: readonly ClientMetadata[];
  readonly resources: ResourceCatalog;
  readonly stores: { readonly clientStates: Pick<ClientStates, 'current'> };
}

export function features({
  config,
  clients,
  resources,
  stores,
}: FeatureSettings): NonNullable<Configuration['features']> {
  return {
    claimsParameter: { enabled: true },
    clientCredentials: { enabled: clients.some(({ grant_types: types }) => types?.includes(CLIENT_GRANT)) },
    devInteractions: { enabled: false },
    deviceFlow: { enabled: true, charset: 'base-20', mask: '****-****', deviceInfo: infoOf },
    // The adapters hide other tokens already; the library asks once more.
    introspection: {
      enabled: true,
      allowedPolicy: async (ctx, client, token) =>
        mayRead(client, token) && (await isStillFor(ctx, token, resources)),
    },
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => mayRevoke(client, token) },
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: false },
    resourceIndicators: resourceIndicators(
      resources,
      stores.clientStates,
      config.lifetimes.accessToken / 1000,
      servedResources(config),
    ),
    // What clients and discovery say of it. The library would send from its own sign-out page alone, once, and drops what
    // fails; that page is off, and apps are told from the ends themselves: see `apps/logout-notices.ts`.
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: false },
  };
}

/**
 * The owner may have taken back that the app acts at this API, the operator that the client does, or that there is such
 * an API.
 */
async function isStillFor(
  ctx: KoaContextWithOIDC,
  { aud }: ReadToken,
  resources: ResourceCatalog,
): Promise<boolean> {
  const { Grant, ClientCredentials } = ctx.oidc.entities;
  if (ClientCredentials) return isStillGiven(ctx, ClientCredentials);
  if (typeof aud !== 'string') return true;
  return resources.find(aud)?.id === aud && Grant !== undefined && allowsResource(Grant, aud);
}
