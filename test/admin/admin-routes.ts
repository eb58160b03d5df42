/** The table of routes of the Admin API, for tests that hold for each of them. */
import type { AdminRoute } from '../../src/admin/route.ts';
import { adminRoutes } from '../../src/admin/routes.ts';
import { ADMIN_PATH } from '../../src/admin/scopes.ts';
import type { Route } from '../support/routes.ts';

export type RouteOfTable = Pick<AdminRoute, 'name' | 'method' | 'path' | 'scope' | 'once'>;

/** What handlers stand on is asked for when they are called, and here none is. */
export const NOTHING = new Proxy({}, { get: () => NOTHING }) as never;

export const ADMIN_ROUTES: readonly RouteOfTable[] = adminRoutes(NOTHING).map(
  ({ name, method, path, scope, once }) => ({ name, method, path, scope, once }),
);

/** The same as routes of the server. */
export const ADMIN_API_ROUTES: readonly Route[] = ADMIN_ROUTES.map(({ method, path }) => ({
  method,
  path: `${ADMIN_PATH}${path.replace(/\{(\w+)\}/g, ':$1')}`,
  kind: 'operations',
}));

/** The path with ids in it: of this account, and of nothing. */
export const filledPath = ({ path }: RouteOfTable, account: string): string =>
  path.replace('{account}', account).replace(/\{\w+\}/g, 'AAAAAAAAAAAAAAAAAAAAAA');
