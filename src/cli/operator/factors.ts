/** Commands about the second step of one account: what it has, and taking it away from an owner who has lost it. */
import type { Account } from '../../accounts/account.ts';
import type { Factor, FactorKind } from '../../mfa/factor.ts';
import { factorSubject } from '../../mfa/factor-names.ts';
import { maskPhoneNumber } from '../../mfa/phone-number.ts';
import type { AdminService } from '../../server/operator.ts';
import { nameOf as ownerOf, WHO, withAccount } from './accounts.ts';
import { type Command, type CommandInput, notConfirmed } from './command.ts';
import { done, type Ending } from './ending.ts';

const KIND_NAMES: Readonly<Record<FactorKind, string>> = {
  totp: 'Authenticator app',
  passkey: 'Passkey',
  'backup-codes': 'Backup codes',
  phone: 'Backup phone',
};

export const factorCommands: readonly Command[] = [
  {
    name: 'factors list',
    usage: WHO,
    summary: 'list what an account asks for beside the password',
    words: 1,
    run: (admin, input) => withAccount(admin, input, (account) => list(admin, account)),
  },
  {
    name: 'factors remove',
    usage: `${WHO} [<factor id>]`,
    summary:
      'remove all of it, or one by its id, for an owner who has lost it; make sure first that it is the owner who asks',
    words: 1,
    moreWords: 1,
    run: (admin, input) =>
      withAccount(admin, input, (account) => {
        const [, id] = input.words;
        return id === undefined ? removeAll(admin, input, account) : removeOne(admin, input, account, id);
      }),
  },
];

async function list({ acts }: AdminService, account: Account): Promise<Ending> {
  const found = await acts.listFactors(account.id);
  if (found.length === 0) return done(noneOf(account), { factors: [] });
  const lines = found.map(
    (factor) =>
      `${factor.id.padEnd(22)}  ${dayOf(factor.createdAt)}  ${KIND_NAMES[factor.kind].padEnd(17)}  ${detailOf(factor)}`,
  );
  const head = `${'Factor id'.padEnd(22)}  ${'Added'.padEnd(10)}  ${'Kind'.padEnd(17)}  Name`;
  return done([head, ...lines].join('\n'), { factors: found.map(dataOf) });
}

async function removeAll(
  { acts }: AdminService,
  { confirm, audit }: CommandInput,
  account: Account,
): Promise<Ending> {
  const question = `Remove two-step verification from ${ownerOf(account)}? The password alone signs in then.`;
  if (!(await confirm(question))) return notConfirmed;
  const removed = await acts.removeFactors(account);
  audit(account, removed > 0 ? 'done' : 'unchanged');
  if (removed === 0) return done(noneOf(account), { removed });
  return done(`Two-step verification of ${ownerOf(account)} is off: ${removed} removed. Its owner is told.`, {
    removed,
  });
}

/** With the last authenticator app or passkey its backups go, too: what is left is read anew. */
async function removeOne(
  { acts }: AdminService,
  { confirm, audit }: CommandInput,
  account: Account,
  id: string,
): Promise<Ending> {
  const factor = (await acts.listFactors(account.id)).find((one) => one.id === id);
  if (!factor) return { outcome: 'not-found', message: `${ownerOf(account)} has no factor ${id}.` };
  const subject = factorSubject(factor);
  if (!(await confirm(`Remove ${subject.name} from ${ownerOf(account)}?`))) return notConfirmed;
  const removed = await acts.removeFactor(account, factor);
  audit(account, removed ? 'done' : 'unchanged', { factor: factor.id });
  if (!removed) {
    const message = `${ownerOf(account)} has changed meanwhile: nothing was removed.`;
    return { outcome: 'refused', message };
  }
  const left = (await acts.listFactors(account.id)).length;
  const off = left === 0 ? ' Two-step verification is off: the password alone signs in.' : '';
  return done(`${subject.name} is removed from ${ownerOf(account)}.${off} Its owner is told.`, {
    removed: 1,
    left,
  });
}

const noneOf = (account: Account) => `${ownerOf(account)} has no two-step verification.`;
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

function detailOf(factor: Factor): string {
  if (factor.kind === 'phone') return maskPhoneNumber(factor.number);
  return factor.kind === 'backup-codes' ? `${factor.left} left` : factor.name;
}

function dataOf(factor: Factor) {
  const { id, kind, createdAt, usedAt } = factor;
  return {
    id,
    kind,
    name: detailOf(factor),
    addedAt: new Date(createdAt).toISOString(),
    usedAt: usedAt === undefined ? null : new Date(usedAt).toISOString(),
  };
}
