/** The part of the composition root that makes the Admin API. */
import { Access } from '../admin/access.ts';
import { AccountActs } from '../admin/account-acts.ts';
import { AdminApi } from '../admin/admin-api.ts';
import { CallsOnce } from '../admin/calls-once.ts';
import { ClientDevices } from '../admin/client-devices.ts';
import { Cursors } from '../admin/cursors.ts';
import { ManagedAccounts } from '../admin/managed-accounts.ts';
import { adminRoutes } from '../admin/routes.ts';
import { adminResource } from '../admin/scopes.ts';
import { describeError } from '../errors/error-description.ts';
import { Ranges } from '../net/ranges.ts';
import { parseTrustedProxies } from '../net/trusted-proxies.ts';
import { ownAccessOf } from '../oidc/own-access.ts';
import type { Protocol } from '../oidc/protocol.ts';
import { VERSION } from '../runtime/version.ts';
import { adminEndpoint } from '../web/admin-endpoint.ts';
import type { WebMiddleware } from '../web/web-state.ts';
import { limiterOf, serviceOf } from './accounts.ts';
import { clientAdmin } from './client-admin.ts';
import type { Parts } from './parts.ts';

export function adminPart(parts: Parts, protocol: Protocol): WebMiddleware {
  const { config, keyring, log, overrides, security, stores } = parts;
  if (!config.admin.api) return adminEndpoint(undefined);
  const { now = Date.now } = overrides;
  const { adminTokens: tokens, appAccess: apps } = protocol;
  const resource = adminResource(config.issuer);
  const { clients, writer } = clientAdmin({
    stores,
    config,
    log,
    prove: (proved) => protocol.clients.prove(proved),
  });
  const routes = adminRoutes({
    clients,
    writer,
    resource,
    mayAdminister: ({ clientId, origin, stored }) => {
      const known = protocol.clients.all.find((one) => one.client_id === clientId);
      // The file says more by now than this server has read.
      if (origin === 'file' && !known) return true;
      return [known, stored?.metadata].some((one) => one && Object.hasOwn(ownAccessOf(one), resource));
    },
    keys: parts.keys.rotation,
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
    post: (mail) => parts.delivery.mail.post(mail),
  });
  const api = new AdminApi({
    routes,
    tokens,
    limiter: limiterOf(parts),
    trail: stores.auditTrail,
    calls: new CallsOnce(stores.records, keyring),
    nameOf: (id) => security.hashOf('account', id),
    onUnwritten: (error) => log.error({ error: describeError(error) }, 'the audit trail was not written'),
  });
  return adminEndpoint({
    api,
    networks: new Ranges(config.admin.networks),
    proxies: parseTrustedProxies(config.trustedProxies),
  });
}
