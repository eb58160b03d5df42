import { z } from 'zod';
import type { Account, AccountId } from '../accounts/account.ts';
import type { Cursors } from './cursors.ts';
import type { AccountState, ManagedAccounts } from './managed-accounts.ts';
import { Problem } from './problem.ts';
import { type AdminRoute, route } from './route.ts';
import type { IndexRow } from './row-index.ts';
import { millisecondsOf, opened, pageOf, paging, time, timeGiven, timeOf, timeOrNull } from './schemas.ts';

const STATUSES = ['active', 'disabled'] as const;

const row = z.strictObject({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  email_verified: z.boolean(),
  status: z.enum(STATUSES),
  created_at: time,
});

export const accountShown = row.extend({
  closes_at: time
    .nullable()
    .describe('When it is closed, where its owner or the operator has asked for that'),
  two_step: z.boolean().describe('Whether signing in takes a second step'),
});

export interface AccountRouteParts {
  readonly accounts: ManagedAccounts;
  readonly cursors: Cursors;
}

/** Seeing accounts. */
export function accountRoutes({ accounts, cursors }: AccountRouteParts): AdminRoute[] {
  return [
    route({
      name: 'accounts-list',
      method: 'GET',
      path: '/accounts',
      scope: 'admin:accounts:read',
      summary:
        'Accounts, the newest first; those of an email, a status, a time, or with a part of a name or email',
      query: z.strictObject({
        ...paging,
        email: z.string().max(320).optional().describe('Exactly this one'),
        status: z.enum(STATUSES).optional(),
        two_step: z.enum(['true', 'false']).optional().describe('Whether signing in takes a second step'),
        created_after: timeGiven.optional(),
        created_before: timeGiven.optional(),
        q: z
          .string()
          .min(2)
          .max(100)
          .optional()
          .describe('Part of a name or an email. A call looks at 2,000 accounts at most: go on with `next`'),
      }),
      answers: { 200: pageOf(row) },
      answer: async ({ query }) => {
        const { limit, cursor, email, status, q } = query;
        if (email !== undefined) return page(await byEmail(accounts, email), null);
        const after =
          cursor === undefined ? undefined : opened(cursors.open<IndexRow>('accounts', query, cursor));
        const times = {
          ...(query.two_step !== undefined && { twoStep: query.two_step === 'true' }),
          createdAfter: millisecondsOf(query.created_after),
          createdBefore: millisecondsOf(query.created_before),
        };
        const listed = await accounts.list({ status, q, ...times }, after, limit);
        return page(listed.found, listed.next ? cursors.seal('accounts', query, listed.next) : null);
      },
    }),
    route({
      name: 'accounts-show',
      method: 'GET',
      path: '/accounts/{account}',
      scope: 'admin:accounts:read',
      summary: 'One account',
      answers: { 200: accountShown },
      answer: async ({ params }) => ({ status: 200, body: shown(await found(accounts, params)) }),
    }),
  ];
}

/** @throws Problem where there is no such account */
export async function found(
  accounts: ManagedAccounts,
  { account = '' }: Readonly<Record<string, string>>,
): Promise<AccountState> {
  const state = await accounts.show(account as AccountId);
  if (!state) throw new Problem('not-found');
  return state;
}

export function shown({ account, closesAt, twoStep }: AccountState): z.infer<typeof accountShown> {
  return { ...rowOf(account), closes_at: timeOrNull(closesAt), two_step: twoStep };
}

async function byEmail(accounts: ManagedAccounts, email: string): Promise<Account[]> {
  const account = email.includes('@') ? await accounts.find(email) : undefined;
  return account ? [account] : [];
}

function page(accounts: readonly Account[], next: string | null) {
  return { status: 200, body: { data: accounts.map(rowOf), next } };
}

function rowOf({ id, status, profile }: Account): z.infer<typeof row> {
  const { name, email, emailVerified, createdAt } = profile;
  return { id, name, email, email_verified: emailVerified, status, created_at: timeOf(createdAt) };
}
