/** What each role may do in the console: the scopes of the Admin API, and two that no client is ever given. */
import type { OperatorRole } from './operators.ts';
import { ADMIN_SCOPES, type AdminScope } from './scopes.ts';

/** Giving and taking roles: never through a token, else the right to call would be every right. */
export const ROLES_SCOPE = 'console:roles';

/** Looking at receivers of webhooks, without what `admin:receivers` may change. */
export const DELIVERIES_SCOPE = 'console:deliveries';

export type ConsoleScope = AdminScope | typeof ROLES_SCOPE | typeof DELIVERIES_SCOPE;

const READ: readonly ConsoleScope[] = [
  'admin:accounts:read',
  'admin:devices:read',
  'admin:clients:read',
  'admin:audit',
  'admin:stats',
  DELIVERIES_SCOPE,
];

const MANAGE: readonly ConsoleScope[] = [
  'admin:accounts:write',
  'admin:accounts:recover',
  'admin:devices:write',
];

export const SCOPES_OF_ROLE: Readonly<Record<OperatorRole, ReadonlySet<string>>> = {
  owner: new Set([...Object.keys(ADMIN_SCOPES), ROLES_SCOPE, DELIVERIES_SCOPE]),
  manager: new Set([...READ, ...MANAGE]),
  viewer: new Set(READ),
};
