import { z } from 'zod';
import type { Account } from '../accounts/account.ts';
import type { ConnectedApp } from '../apps/app-access.ts';
import { type LinkedDevice, nameOf } from '../devices/linked-device.ts';
import type { ListedSession } from '../sessions/listed-session.ts';
import { saidToAll } from '../words/worded.ts';
import type { Access } from './access.ts';
import { found } from './account-routes.ts';
import type { ManagedAccounts } from './managed-accounts.ts';
import { Problem } from './problem.ts';
import { type AdminCall, type AdminRoute, route } from './route.ts';
import { time, timeOf, timeOrNull } from './schemas.ts';

export interface AccessRouteParts {
  readonly accounts: ManagedAccounts;
  readonly access: Access;
}

const [READ, WRITE] = ['admin:devices:read', 'admin:devices:write'] as const;

export const deviceShown = z.strictObject({
  id: z.string(),
  name: z.string().nullable().describe('As its owner calls it, or it itself'),
  type: z.string(),
  client_id: z.string(),
  linked_at: time,
  last_used_at: time.describe('At most a minute behind'),
  ended_at: time.nullable().describe('When the operator ended what its client has'),
  ends_at: time.describe('When its key ends by itself'),
});

const browserShown = z.strictObject({
  id: z.string(),
  user_agent: z.string(),
  signed_in_at: time,
  last_seen_at: time.describe('At most a minute behind'),
});

const appShown = z.strictObject({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  allowed_at: time,
  last_used_at: time,
  ended_at: time.nullable().describe('When the operator ended what it has'),
});

interface Things<T> {
  /** As the path names them. */
  readonly names: 'devices' | 'browsers' | 'apps';
  readonly one: string;
  readonly shown: z.ZodType;
  list(account: Account): Promise<readonly T[]>;
  show(thing: T): unknown;
  /** `false`: it is gone. */
  end(account: Account, thing: T): Promise<boolean>;
}

/** What may act for an account. */
export function accessRoutes({ accounts, access }: AccessRouteParts): AdminRoute[] {
  const accountOf = async ({ params }: AdminCall): Promise<Account> =>
    (await found(accounts, params)).account;
  return [
    ...routesOf(accountOf, {
      names: 'devices',
      one: 'device',
      shown: deviceShown,
      list: (account) => access.devices(account),
      show: showDevice,
      end: (account, device) => access.endDevice(account, device),
    }),
    ...routesOf(accountOf, {
      names: 'browsers',
      one: 'browser',
      shown: browserShown,
      list: (account) => access.browsers(account),
      show: showBrowser,
      end: (account, browser) => access.endBrowser(account, browser),
    }),
    ...routesOf(accountOf, {
      names: 'apps',
      one: 'app',
      shown: appShown,
      list: (account) => access.apps(account),
      show: showApp,
      end: (account, { id }) => access.endApp(account, id),
    }),
  ];
}

/** Their number is bounded for each account, so that a list is one page. */
function routesOf<T extends { readonly id: string }>(
  accountOf: (call: AdminCall) => Promise<Account>,
  { names, one, shown, list, show, end }: Things<T>,
): AdminRoute[] {
  return [
    route({
      name: `${names}-list-of-account`,
      method: 'GET',
      path: `/accounts/{account}/${names}`,
      scope: READ,
      summary: `Its ${names}`,
      answers: { 200: z.strictObject({ data: z.array(shown) }) },
      answer: async (call) => {
        const all = await list(await accountOf(call));
        return { status: 200, body: { data: all.map(show) } };
      },
    }),
    route({
      name: `${names}-end`,
      method: 'DELETE',
      path: `/accounts/{account}/${names}/{${one}}`,
      scope: WRITE,
      summary: `End one of its ${names}`,
      answers: { 204: undefined },
      answer: async (call) => {
        const account = await accountOf(call);
        const thing = (await list(account)).find(({ id }) => id === call.params[one]);
        if (!thing || !(await end(account, thing))) throw new Problem('not-found');
        return { status: 204 };
      },
    }),
  ];
}

export function showDevice(device: LinkedDevice): z.infer<typeof deviceShown> {
  const { id, claimed, clientId, linkedAt, lastActivity, endedAt, endsAt } = device;
  return {
    id,
    name: nameOf(device) ?? null,
    type: claimed.type,
    client_id: clientId,
    linked_at: timeOf(linkedAt),
    last_used_at: timeOf(lastActivity),
    ended_at: timeOrNull(endedAt),
    ends_at: timeOf(endsAt),
  };
}

function showBrowser({ id, userAgent, signedInAt, lastSeen }: ListedSession): z.infer<typeof browserShown> {
  return { id, user_agent: userAgent, signed_in_at: timeOf(signedInAt), last_seen_at: timeOf(lastSeen) };
}

function showApp({ id, name, scopes, since, used, endedAt }: ConnectedApp): z.infer<typeof appShown> {
  const times = { allowed_at: timeOf(since), last_used_at: timeOf(used), ended_at: timeOrNull(endedAt) };
  return { id, name: saidToAll(name), scopes: [...scopes], ...times };
}
