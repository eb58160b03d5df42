import { z } from 'zod';
import type { Account, AccountId } from '../accounts/account.ts';
import type { Mail } from '../mail/mail.ts';
import type { Factor } from '../mfa/factor.ts';
import { maskPhoneNumber } from '../mfa/phone-number.ts';
import type { AccountActs } from './account-acts.ts';
import { accountShown, found, shown } from './account-routes.ts';
import type { ManagedAccounts } from './managed-accounts.ts';
import { Problem } from './problem.ts';
import { type AdminCall, type AdminRoute, route } from './route.ts';
import { time, timeOf, timeOrNull } from './schemas.ts';

export interface AccountActRouteParts {
  readonly accounts: ManagedAccounts;
  readonly acts: AccountActs;
  /** Hands a mail over, without waiting for it. */
  readonly post: (mail: Mail) => void;
}

const WRITE = 'admin:accounts:write';
const RECOVER = 'admin:accounts:recover';

const ended = z.strictObject({
  keys: z.int().describe('Keys of devices and apps'),
  browsers: z.int(),
});

/** @throws Problem where there is none */
function there<T>(done: T | undefined): T {
  if (done === undefined) throw new Problem('not-found');
  return done;
}

const idOf = ({ params }: Pick<AdminCall, 'params'>) => (params['account'] ?? '') as AccountId;

const endedBy = ({ grants, browsers }: { grants: number; browsers: number }) => ({ keys: grants, browsers });

/** Changing accounts. */
export function accountActRoutes(parts: AccountActRouteParts): AdminRoute[] {
  return [renaming(parts), ...statusRoutes(parts), ...endingRoutes(parts), ...recoveryRoutes(parts)];
}

function renaming({ accounts, acts }: AccountActRouteParts): AdminRoute {
  return route({
    name: 'accounts-rename',
    method: 'PATCH',
    path: '/accounts/{account}',
    scope: WRITE,
    summary: 'Give it another name',
    body: z.strictObject({ name: z.string().max(400) }),
    answers: { 200: accountShown },
    conflicts: true,
    answer: async (call) => {
      const outcome = await acts.rename(idOf(call), call.body.name);
      if (outcome === 'renamed') return { status: 200, body: shown(await found(accounts, call.params)) };
      if (outcome === 'gone') throw new Problem('not-found');
      if (outcome === 'disabled') throw new Problem('account-disabled');
      if (outcome === 'busy') throw new Problem('in-progress', { headers: { 'Retry-After': '1' } });
      const detail = outcome === 'missing' ? 'is empty' : 'is too long';
      throw new Problem('invalid-request', { errors: [{ pointer: '/name', detail }] });
    },
  });
}

function statusRoutes({ acts }: AccountActRouteParts): AdminRoute[] {
  return [
    route({
      name: 'accounts-disable',
      method: 'POST',
      path: '/accounts/{account}/disable',
      scope: WRITE,
      summary: 'End everything of it; nobody signs in until it is enabled',
      answers: { 200: z.strictObject({ changed: z.boolean(), ended }) },
      answer: async (call) => {
        const done = there(await acts.disable(idOf(call)));
        return { status: 200, body: { changed: done.changed, ended: endedBy(done) } };
      },
    }),
    route({
      name: 'accounts-enable',
      method: 'POST',
      path: '/accounts/{account}/enable',
      scope: WRITE,
      summary: 'Let its owner sign in again; what was ended stays ended',
      answers: { 200: z.strictObject({ changed: z.boolean() }) },
      answer: async (call) => {
        const { changed } = there(await acts.enable(idOf(call)));
        return { status: 200, body: { changed } };
      },
    }),
  ];
}

function endingRoutes(parts: AccountActRouteParts): AdminRoute[] {
  const { acts } = parts;
  return [
    route({
      name: 'accounts-sign-out-everything',
      method: 'POST',
      path: '/accounts/{account}/sign-out-everything',
      scope: WRITE,
      summary: 'End all its devices, browsers, apps and pending codes',
      answers: { 200: z.strictObject({ ended }) },
      once: true,
      answer: async (call) => {
        const done = there(await acts.signOutEverything(idOf(call)));
        return { status: 200, body: { ended: endedBy(done) } };
      },
    }),
    route({
      name: 'accounts-close',
      method: 'POST',
      path: '/accounts/{account}/close',
      scope: WRITE,
      summary: `Close it in 7 days, in which its owner may keep it; at once only with ${RECOVER} as well`,
      body: z.strictObject({ at_once: z.boolean().default(false) }),
      answers: { 200: z.strictObject({ closes_at: time }) },
      answer: async (call) => {
        const { at_once: atOnce } = call.body;
        if (atOnce && !call.caller.scopes.has(RECOVER))
          throw new Problem('insufficient-scope', {
            detail: `At once it needs ${RECOVER}`,
            headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${WRITE} ${RECOVER}"` },
          });
        const at = there(await acts.close(idOf(call), atOnce));
        return { status: 200, body: { closes_at: timeOf(at) } };
      },
    }),
    keepingRoute(parts),
  ];
}

function keepingRoute({ accounts, acts }: AccountActRouteParts): AdminRoute {
  return route({
    name: 'accounts-keep',
    method: 'POST',
    path: '/accounts/{account}/keep',
    scope: WRITE,
    summary: 'Take back that it is to be closed, for an owner who cannot do so themselves',
    answers: { 200: z.strictObject({ changed: z.boolean() }) },
    answer: async ({ params }) => {
      const { account } = await found(accounts, params);
      return { status: 200, body: { changed: await acts.keep(account.id) } };
    },
  });
}

const factorShown = z.strictObject({
  id: z.string(),
  kind: z.enum(['totp', 'passkey', 'backup-codes', 'phone']),
  name: z
    .string()
    .describe('As its owner calls it; of a phone its last digits, of backup codes how many are left'),
  added_at: time,
  used_at: time.nullable(),
});

function recoveryRoutes(parts: AccountActRouteParts): AdminRoute[] {
  return [resetMailRoute(parts), ...factorRoutes(parts)];
}

function resetMailRoute({ accounts, acts, post }: AccountActRouteParts): AdminRoute {
  return route({
    name: 'accounts-reset-mail',
    method: 'POST',
    path: '/accounts/{account}/reset-mail',
    scope: RECOVER,
    summary: 'Mail a link for a new password to its own email; good for 10 minutes',
    answers: { 202: z.strictObject({ posted: z.boolean() }) },
    once: true,
    answer: async ({ params }) => {
      const { account } = await found(accounts, params);
      if (account.status === 'disabled') throw new Problem('account-disabled');
      const mail = await acts.resetMail(account);
      if (typeof mail === 'number') {
        const headers = { 'Retry-After': String(Math.ceil(mail / 1000)) };
        throw new Problem('too-many-requests', { detail: 'Mails to one owner', headers });
      }
      post(mail);
      return { status: 202, body: { posted: true } };
    },
  });
}

function factorRoutes({ accounts, acts }: AccountActRouteParts): AdminRoute[] {
  const accountOf = async (params: AdminCall['params']): Promise<Account> =>
    (await found(accounts, params)).account;
  return [
    route({
      name: 'factors-list',
      method: 'GET',
      path: '/accounts/{account}/factors',
      scope: 'admin:accounts:read',
      summary: 'What it asks for beside the password',
      answers: { 200: z.strictObject({ data: z.array(factorShown) }) },
      answer: async ({ params }) => {
        const { id } = await accountOf(params);
        return { status: 200, body: { data: (await acts.listFactors(id)).map(factorOf) } };
      },
    }),
    route({
      name: 'factors-remove-all',
      method: 'DELETE',
      path: '/accounts/{account}/factors',
      scope: RECOVER,
      summary:
        'Take two-step verification away from an owner who has lost it: the password alone signs in then',
      answers: { 204: undefined },
      answer: async ({ params }) => {
        await acts.removeFactors(await accountOf(params));
        return { status: 204 };
      },
    }),
    route({
      name: 'factors-remove',
      method: 'DELETE',
      path: '/accounts/{account}/factors/{factor}',
      scope: RECOVER,
      summary: 'Take one away; with the last authenticator app or passkey the rest goes',
      answers: { 204: undefined },
      conflicts: true,
      answer: async ({ params }) => {
        const account = await accountOf(params);
        const factor = (await acts.listFactors(account.id)).find(({ id }) => id === params['factor']);
        if (!factor) throw new Problem('not-found');
        if (account.status === 'disabled') throw new Problem('account-disabled');
        if (await acts.removeFactor(account, factor)) return { status: 204 };
        throw new Problem('in-progress', { headers: { 'Retry-After': '1' } });
      },
    }),
  ];
}

function factorOf(factor: Factor): z.infer<typeof factorShown> {
  const { id, kind, createdAt, usedAt } = factor;
  return { id, kind, name: detailOf(factor), added_at: timeOf(createdAt), used_at: timeOrNull(usedAt) };
}

function detailOf(factor: Factor): string {
  if (factor.kind === 'phone') return maskPhoneNumber(factor.number);
  return factor.kind === 'backup-codes' ? `${factor.left} left` : factor.name;
}
