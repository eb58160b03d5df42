/** The part of the composition root that makes the Admin API. */
import { Access } from '../admin/access.ts';
import { AccountActs } from '../admin/account-acts.ts';
import { AdminApi } from '../admin/admin-api.ts';
import { CallsOnce } from '../admin/calls-once.ts';
import { Cursors } from '../admin/cursors.ts';
import { ManagedAccounts } from '../admin/managed-accounts.ts';
import { adminRoutes } from '../admin/routes.ts';
import { describeError } from '../errors/error-description.ts';
import { Ranges } from '../net/ranges.ts';
import type { Protocol } from '../oidc/protocol.ts';
import { VERSION } from '../runtime/version.ts';
import { adminEndpoint } from '../web/admin-endpoint.ts';
import type { WebMiddleware } from '../web/web-state.ts';
import { limiterOf, serviceOf } from './accounts.ts';
import type { Parts } from './parts.ts';

export function adminPart(parts: Parts, { adminTokens: tokens, appAccess: apps }: Protocol): WebMiddleware {
  const { config, keyring, log, overrides, security, stores } = parts;
  if (!config.admin.api) return adminEndpoint(undefined);
  const { now = Date.now } = overrides;
  const routes = adminRoutes({
    issuer: config.issuer,
    version: VERSION,
    accounts: new ManagedAccounts(stores, now),
    cursors: new Cursors(keyring, now),
    acts: new AccountActs({ ...stores, limiter: limiterOf(parts), service: serviceOf(parts) }),
    access: new Access({ ...stores, apps }),
    activity: stores.activity,
    post: (mail) => parts.delivery.mail.post(mail),
  });
  const api = new AdminApi({
    routes,
    tokens,
    limiter: limiterOf(parts),
    trail: stores.auditTrail,
    calls: new CallsOnce(stores.records),
    nameOf: (id) => security.hashOf('account', id),
    onUnwritten: (error) => log.error({ error: describeError(error) }, 'the audit trail was not written'),
  });
  return adminEndpoint({ api, networks: new Ranges(config.admin.networks) });
}
