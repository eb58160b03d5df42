/** The part of the composition root that makes the Admin API, for programs and for the console. */
import { Invitations } from '../accounts/invitations.ts';
import { Access } from '../admin/access.ts';
import { AccountActs } from '../admin/account-acts.ts';
import { AdminApi } from '../admin/admin-api.ts';
import { CallsOnce } from '../admin/calls-once.ts';
import { ClientDevices } from '../admin/client-devices.ts';
import { Cursors } from '../admin/cursors.ts';
import { LettingIn } from '../admin/letting-in.ts';
import { ManagedAccounts } from '../admin/managed-accounts.ts';
import { operatorRoutes } from '../admin/operator-routes.ts';
import { Operators } from '../admin/operators.ts';
import { revocationRoute } from '../admin/revocation-route.ts';
import type { AdminRoute } from '../admin/route.ts';
import { adminRoutes } from '../admin/routes.ts';
import { adminResource, REVOCATION_PATH } from '../admin/scopes.ts';
import { InitialTokens } from '../apps/initial-tokens.ts';
import type { ManagedClient } from '../apps/managed-clients.ts';
import { describeError } from '../errors/error-description.ts';
import type { Mail } from '../mail/mail.ts';
import { Ranges } from '../net/ranges.ts';
import { parseTrustedProxies } from '../net/trusted-proxies.ts';
import { ownAccessOf } from '../oidc/own-access.ts';
import type { Protocol } from '../oidc/protocol.ts';
import { VERSION } from '../runtime/version.ts';
import { adminEndpoint } from '../web/admin-endpoint.ts';
import { AdminFence } from '../web/console/fence.ts';
import type { WebMiddleware } from '../web/web-state.ts';
import { limiterOf, serviceOf } from './accounts.ts';
import { clientAdmin } from './client-admin.ts';
import { receiversOf } from './notices.ts';
import type { Parts } from './parts.ts';
import { supervisedStreams } from './signal-notices.ts';

/** What `/admin/v1` answers with. */
export function adminPart(parts: Parts, protocol: Protocol): WebMiddleware {
  if (!parts.config.admin.api) return adminEndpoint(undefined);
  return adminEndpoint({ api: apiOf(parts, protocol), fence: fenceOf(parts) });
}

/** The same door, fence and trail for a directory that signs an owner out. */
export function revocationPart(parts: Parts, protocol: Protocol): WebMiddleware {
  const { config, stores, upstreams } = parts;
  if (!config.admin.api) return adminEndpoint(undefined, REVOCATION_PATH);
  const revocation = revocationRoute({
    issuer: config.issuer,
    accounts: stores.accounts,
    acts: new AccountActs({ ...stores, limiter: limiterOf(parts), service: serviceOf(parts) }),
    links: stores.upstreamLinks,
    isUpstream: (issuer) => upstreams.all.some((one) => one.issuer === issuer),
  });
  return adminEndpoint(
    { api: apiWith(parts, protocol, [revocation]), fence: fenceOf(parts) },
    REVOCATION_PATH,
  );
}

export function fenceOf({ config }: Parts): AdminFence {
  return new AdminFence(new Ranges(config.admin.networks), parseTrustedProxies(config.trustedProxies));
}

/** The same functions for the console, and what is the console's alone. */
export function consoleApi(parts: Parts, protocol: Protocol): AdminApi {
  return apiOf(parts, protocol, (shared) =>
    operatorRoutes({ ...shared, operators: new Operators(parts.stores) }),
  );
}

function apiOf(
  parts: Parts,
  protocol: Protocol,
  more: (shared: ReturnType<typeof routePartsOf>) => AdminRoute[] = () => [],
): AdminApi {
  const shared = routePartsOf(parts, protocol);
  return apiWith(parts, protocol, [...adminRoutes(shared), ...more(shared)]);
}

function apiWith(parts: Parts, protocol: Protocol, routes: AdminRoute[]): AdminApi {
  const { keyring, log, security, stores } = parts;
  return new AdminApi({
    routes,
    tokens: protocol.adminTokens,
    limiter: limiterOf(parts),
    trail: stores.auditTrail,
    calls: new CallsOnce(stores.records, keyring),
    operators: stores.operators,
    nameOf: (id) => security.hashOf('account', id),
    onUnwritten: (error) => log.error({ error: describeError(error) }, 'the audit trail was not written'),
  });
}

function routePartsOf(parts: Parts, protocol: Protocol) {
  const { config, keyring, log, overrides, stores } = parts;
  const { now = Date.now } = overrides;
  const { appAccess: apps } = protocol;
  const resource = adminResource(config.issuer);
  const { clients, writer } = clientAdmin({
    stores,
    config,
    log,
    prove: (proved) => protocol.clients.prove(proved),
  });
  return {
    clients,
    writer,
    resource,
    mayAdminister: ({ clientId, origin, stored }: ManagedClient) => {
      const known = protocol.clients.all.find((one) => one.client_id === clientId);
      // The file says more by now than this server has read.
      if (origin === 'file' && !known) return true;
      return [known, stored?.metadata].some((one) => one && Object.hasOwn(ownAccessOf(one), resource));
    },
    initialTokens: new InitialTokens(stores.initialTokens),
    registration: config.registration.mode,
    receivers: receiversOf(parts),
    streams: supervisedStreams(parts),
    keys: parts.keys.rotation,
    jobs: parts.jobs,
    hourlyFigures: stores.hourlyFigures,
    now,
    trail: stores.auditTrail,
    issuer: config.issuer,
    version: VERSION,
    accounts: new ManagedAccounts(stores, now),
    cursors: new Cursors(keyring, now),
    acts: new AccountActs({ ...stores, limiter: limiterOf(parts), service: serviceOf(parts) }),
    access: new Access({ ...stores, apps }),
    clientDevices: new ClientDevices({ ...stores, dormantAfter: config.dormantAfter, now }),
    activity: stores.activity,
    reloadClients: () => parts.clientsFile.reload((read) => protocol.useClients(read)),
    lettingIn: new LettingIn({
      ...{ accounts: stores.accounts, invitations: new Invitations(stores.records) },
      ...{ service: serviceOf(parts), signUp: config.signUp },
    }),
    post: (mail: Mail) => parts.delivery.mail.post(mail),
  };
}
