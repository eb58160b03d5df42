/** Commands about who may use the console under `/admin`. */
import type { Account } from '../../accounts/account.ts';
import { OPERATOR_ROLES, type RoleChange } from '../../admin/operators.ts';
import type { AdminService } from '../../server/operator.ts';
import { nameOf, WHO, withAccount } from './accounts.ts';
import { type Command, type CommandInput, notConfirmed } from './command.ts';
import { done, type Ending } from './ending.ts';

export const operatorCommands: readonly Command[] = [
  {
    name: 'operators list',
    usage: '',
    summary: 'accounts that may use the console, and their roles',
    words: 0,
    run: list,
  },
  {
    name: 'operators add',
    usage: `${WHO} --role owner|manager|viewer`,
    summary: 'let an account use the console, or give it another role; the first owner is made so',
    words: 1,
    options: { role: { type: 'string' } },
    run: (admin, input) => withAccount(admin, input, (account) => add(admin, input, account)),
  },
  {
    name: 'operators remove',
    usage: WHO,
    summary: 'take the console away from an account; the last owner stays',
    words: 1,
    run: (admin, input) => withAccount(admin, input, (account) => remove(admin, input, account)),
  },
];

async function list({ operators }: AdminService): Promise<Ending> {
  const found = await operators.list();
  const lines = found.map(
    ({ account, role }) =>
      `${account.id}  ${role.padEnd(7)}  ${account.status === 'active' ? nameOf(account) : `${nameOf(account)} (disabled)`}`,
  );
  const data = found.map(({ account: { id, status, profile }, role }) => ({
    ...{ id, role, status },
    ...{ name: profile.name, email: profile.email },
  }));
  return done(lines.length > 0 ? lines.join('\n') : 'No account may use the console.', { operators: data });
}

async function add({ operators }: AdminService, input: CommandInput, account: Account): Promise<Ending> {
  const role = OPERATOR_ROLES.find((one) => one === input.options['role']);
  if (role === undefined)
    return { outcome: 'usage', message: `--role is one of ${OPERATOR_ROLES.join(', ')}.` };
  const change = await operators.change(account.id, role);
  return ended(input, account, change, `${nameOf(account)} is ${role} in the console. Its owner is told.`);
}

async function remove({ operators }: AdminService, input: CommandInput, account: Account): Promise<Ending> {
  if (!(await input.confirm(`Take the console away from ${nameOf(account)}?`))) return notConfirmed;
  const change = await operators.change(account.id, undefined);
  return ended(input, account, change, `${nameOf(account)} may not use the console any more.`);
}

const REFUSALS: Readonly<Record<Exclude<RoleChange, 'changed' | 'unchanged'>, string>> = {
  'last-owner': 'is the last owner who can sign in: make another one first.',
  'own-role': 'cannot change their own role.',
  busy: 'was not changed, since another role is being changed: try again.',
  gone: 'is not there any more.',
  full: 'was not added: there are 100 operators.',
};

function ended({ audit }: CommandInput, account: Account, change: RoleChange, message: string): Ending {
  const isDone = change === 'changed' || change === 'unchanged';
  audit(account, change === 'changed' ? 'done' : change);
  if (isDone) return done(message, { changed: change === 'changed' });
  const outcome = change === 'gone' ? 'not-found' : 'refused';
  return { outcome, message: `${nameOf(account)} ${REFUSALS[change]}` };
}
