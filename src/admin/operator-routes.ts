import { z } from 'zod';
import { found } from './account-routes.ts';
import { type FindsDevices, findDevice } from './client-device-routes.ts';
import { ROLES_SCOPE } from './console-rights.ts';
import type { ManagedAccounts } from './managed-accounts.ts';
import { OPERATOR_ROLES, type Operators, type RoleChange } from './operators.ts';
import { Problem } from './problem.ts';
import { type AdminRoute, route } from './route.ts';

interface OperatorRouteParts extends FindsDevices {
  readonly accounts: ManagedAccounts;
  readonly operators: Operators;
}

const operatorShown = z.strictObject({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  status: z.enum(['active', 'disabled']),
  role: z.enum(OPERATOR_ROLES),
});

export const foundShown = z.strictObject({
  account: z
    .string()
    .nullable()
    .describe('The account of that email or id, or that the device of that id is of'),
  client: z.string().nullable(),
});

/** Of the console alone: no token of the Admin API opens these. */
export function operatorRoutes(parts: OperatorRouteParts): AdminRoute[] {
  const { accounts, operators } = parts;
  return [
    searchRoute(parts),
    route({
      name: 'operators-list',
      method: 'GET',
      path: '/operators',
      scope: 'admin:accounts:read',
      summary: 'Accounts that may use the console',
      answers: { 200: z.strictObject({ data: z.array(operatorShown) }) },
      answer: async () => {
        const data = (await operators.list()).map(({ account: { id, status, profile }, role }) => ({
          ...{ id, status, role },
          ...{ name: profile.name, email: profile.email },
        }));
        return { status: 200, body: { data } };
      },
    }),
    route({
      name: 'console-sign-in',
      method: 'POST',
      path: '/session',
      scope: undefined,
      summary: 'Sign in to the console',
      answers: { 204: undefined },
      answer: async () => ({ status: 204 }),
    }),
    route({
      name: 'operators-set',
      method: 'POST',
      path: '/operators/{account}',
      scope: ROLES_SCOPE,
      summary: 'Give an account a role, another one, or none',
      body: z.strictObject({ role: z.enum([...OPERATOR_ROLES, 'none']) }),
      answers: { 200: z.strictObject({ changed: z.boolean() }) },
      answer: async ({ caller, params, body: { role } }) => {
        const { account } = await found(accounts, params);
        const becomes = role === 'none' ? undefined : role;
        const change = await operators.change(account.id, becomes, caller.operator?.id);
        return { status: 200, body: { changed: requireDone(change) === 'changed' } };
      },
    }),
  ];
}

function searchRoute(parts: OperatorRouteParts): AdminRoute {
  const { accounts, clients } = parts;
  return route({
    name: 'console-search',
    method: 'GET',
    path: '/search',
    scope: 'admin:accounts:read',
    summary: 'An account by its email or id, or the id of one of its devices; a client by its id',
    query: z.strictObject({ q: z.string().min(1).max(200) }),
    answers: { 200: foundShown },
    answer: async ({ query: { q } }) => {
      const account = (await accounts.find(q))?.id;
      if (account !== undefined) return { status: 200, body: { account, client: null } };
      const client = (await clients.find(q))?.clientId;
      if (client !== undefined) return { status: 200, body: { account: null, client } };
      const device = await findDevice(parts, q);
      return { status: 200, body: { account: device?.owner.id ?? null, client: null } };
    },
  });
}

function requireDone(change: RoleChange): 'changed' | 'unchanged' {
  switch (change) {
    case 'gone':
      throw new Problem('not-found');
    case 'busy':
      throw new Problem('in-progress', { headers: { 'Retry-After': '1' } });
    case 'last-owner':
    case 'own-role':
      throw new Problem(change);
    case 'full':
      throw new Problem('too-many-operators');
    default:
      return change;
  }
}
