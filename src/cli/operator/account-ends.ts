/** Commands that close an account, and that help an owner who has lost the password. */
import type { Account } from '../../accounts/account.ts';
import type { AdminService } from '../../server/operator.ts';
import { gone, nameOf, WHO, withAccount } from './accounts.ts';
import { type Command, type CommandInput, notConfirmed } from './command.ts';
import { done, type Ending } from './ending.ts';

export const accountEndCommands: readonly Command[] = [
  {
    name: 'accounts close',
    usage: `${WHO} [--now]`,
    summary:
      'close an account in 7 days, in which its owner may keep it; --now: nothing of it acts any more, and it is erased within a minute',
    words: 1,
    options: { now: { type: 'boolean' } },
    run: (admin, input) => withAccount(admin, input, (account) => close(admin, input, account)),
  },
  {
    name: 'accounts keep',
    usage: WHO,
    summary: 'take back that it is to be closed, for an owner who cannot do so themselves',
    words: 1,
    run: (admin, input) => withAccount(admin, input, (account) => keep(admin, input, account)),
  },
  {
    name: 'accounts rename',
    usage: `${WHO} <name>`,
    summary: 'give it another name; its owner is told',
    words: 2,
    run: (admin, input) => withAccount(admin, input, (account) => rename(admin, input, account)),
  },
  {
    name: 'accounts reset-mail',
    usage: WHO,
    summary: 'mail its owner a link for a new password, good for 10 minutes',
    words: 1,
    run: (admin, input) => withAccount(admin, input, (account) => resetMail(admin, input, account)),
  },
];

async function close(
  { acts }: AdminService,
  { confirm, audit, options }: CommandInput,
  account: Account,
): Promise<Ending> {
  const atOnce = options['now'] === true;
  const question = atOnce
    ? `Close ${nameOf(account)} now? All of it is erased, and cannot be brought back.`
    : `Close ${nameOf(account)} in 7 days? Its owner is told, and may keep it until then.`;
  if (!(await confirm(question))) return notConfirmed;
  const at = await acts.close(account.id, atOnce);
  if (at === undefined) return gone(account);
  audit(account, atOnce ? 'done-at-once' : 'done');
  const closesAt = new Date(at).toISOString();
  return done(`${nameOf(account)} is closed at ${closesAt}.`, { closesAt });
}

async function keep({ acts }: AdminService, { audit }: CommandInput, account: Account): Promise<Ending> {
  const changed = await acts.keep(account.id);
  audit(account, changed ? 'done' : 'unchanged');
  const state = changed ? 'stays open' : 'is not about to be closed';
  return done(`${nameOf(account)} ${state}.`, { changed });
}

async function rename(
  { acts }: AdminService,
  { words: [, name = ''], audit }: CommandInput,
  account: Account,
): Promise<Ending> {
  const outcome = await acts.rename(account.id, name);
  if (outcome === 'gone') return gone(account);
  if (outcome === 'missing' || outcome === 'too-long')
    return { outcome: 'usage', message: `A name is not ${outcome === 'missing' ? 'empty' : 'so long'}.` };
  audit(account, outcome === 'renamed' ? 'done' : outcome);
  if (outcome === 'renamed') return done(`${nameOf(account)} has another name now. Its owner is told.`);
  const why = outcome === 'disabled' ? 'is disabled: enable it first' : 'has changed meanwhile: try again';
  return { outcome: 'refused', message: `${nameOf(account)} ${why}.` };
}

async function resetMail(admin: AdminService, { audit }: CommandInput, account: Account): Promise<Ending> {
  if (account.status === 'disabled') {
    return { outcome: 'refused', message: `${nameOf(account)} is disabled: enable it first.` };
  }
  const mail = await admin.acts.resetMail(account);
  if (typeof mail === 'number') {
    const minutes = Math.ceil(mail / 60_000);
    const message = `${nameOf(account)} was mailed some of these: try again in ${minutes} minutes.`;
    return { outcome: 'refused', message };
  }
  const isSent = await admin.send(mail);
  audit(account, isSent ? 'done' : 'failed');
  if (!isSent) return { outcome: 'failed', message: 'The mail could not be handed over.' };
  return done(`${account.profile.email} is mailed a link for a new password.`);
}
