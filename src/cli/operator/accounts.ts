/** Commands about one account: finding it, ending everything of it, disabling and enabling it. */
import type { Account } from '../../accounts/account.ts';
import type { AdminService } from '../../server/operator.ts';
import { type Command, type CommandInput, notConfirmed } from './command.ts';
import { done, type Ending } from './ending.ts';

export const WHO = '<email or account id>';

export const accountCommands: readonly Command[] = [
  {
    name: 'accounts find',
    usage: WHO,
    summary: 'show an account',
    words: 1,
    run: (admin, input) => withAccount(admin, input, async (account) => show(account)),
  },
  {
    name: 'accounts show',
    usage: WHO,
    summary: 'the same',
    words: 1,
    run: (admin, input) => withAccount(admin, input, async (account) => show(account)),
  },
  {
    name: 'accounts sign-out-everything',
    usage: WHO,
    summary: 'end all its devices, browsers, apps and pending codes',
    words: 1,
    run: (admin, input) => withAccount(admin, input, (account) => signOutEverything(admin, input, account)),
  },
  {
    name: 'accounts disable',
    usage: WHO,
    summary: 'the same, and nobody can sign in until it is enabled',
    words: 1,
    run: (admin, input) => withAccount(admin, input, (account) => disable(admin, input, account)),
  },
  {
    name: 'accounts enable',
    usage: WHO,
    summary: 'let its owner sign in again; what was ended stays ended',
    words: 1,
    run: (admin, input) => withAccount(admin, input, (account) => enable(admin, input, account)),
  },
];

/** Runs with the account that the first word names, by email or by id. */
export async function withAccount(
  { managed }: AdminService,
  { words: [who = ''] }: CommandInput,
  work: (account: Account) => Promise<Ending>,
): Promise<Ending> {
  const account = await managed.find(who);
  if (account) return work(account);
  return { outcome: 'not-found', message: `There is no account ${who}.` };
}

export const nameOf = ({ profile }: Account) => `${profile.name} <${profile.email}>`;

function show({ id, status, profile }: Account): Ending {
  const createdAt = new Date(profile.createdAt).toISOString();
  const lines = [
    `Account  ${id}`,
    `Name     ${profile.name}`,
    `Email    ${profile.email}`,
    `Status   ${status}`,
    `Created  ${createdAt}`,
  ];
  const { name, email } = profile;
  return done(lines.join('\n'), { account: { id, name, email, status, createdAt } });
}

async function signOutEverything(
  { acts }: AdminService,
  { confirm, audit }: CommandInput,
  account: Account,
): Promise<Ending> {
  if (!(await confirm(`Sign ${nameOf(account)} out of everything? All devices must be linked again.`))) {
    return notConfirmed;
  }
  const ended = await acts.signOutEverything(account.id);
  if (!ended) return gone(account);
  audit(account, 'done');
  return done(`${nameOf(account)} is signed out of everything: ${counted(ended)}.`, endedData(ended));
}

async function disable(
  { acts }: AdminService,
  { confirm, audit }: CommandInput,
  account: Account,
): Promise<Ending> {
  const question = `Disable ${nameOf(account)}? All devices and browsers end now, and nobody can sign in.`;
  if (!(await confirm(question))) return notConfirmed;
  const ended = await acts.disable(account.id);
  if (!ended) return gone(account);
  audit(account, ended.changed ? 'done' : 'unchanged');
  if (!ended.changed) return done(`${nameOf(account)} was disabled already.`, { changed: false });
  const data = { changed: true, ...endedData(ended) };
  return done(`${nameOf(account)} is disabled: ${counted(ended)}.`, data);
}

async function enable({ acts }: AdminService, { audit }: CommandInput, account: Account): Promise<Ending> {
  const result = await acts.enable(account.id);
  if (!result) return gone(account);
  audit(account, result.changed ? 'done' : 'unchanged');
  const state = result.changed ? 'is enabled: its owner can sign in again' : 'was enabled already';
  return done(`${nameOf(account)} ${state}.`, { changed: result.changed });
}

/** It went while the question was on the screen. */
export function gone(account: Account): Ending {
  return { outcome: 'not-found', message: `There is no account ${account.id} any more.` };
}

interface Ended {
  readonly grants: number;
  readonly browsers: number;
}

const endedData = ({ grants, browsers }: Ended) => ({ ended: { keys: grants, browsers } });

/** Grants are keys of devices and of apps, here told together. */
function counted({ grants, browsers }: Ended): string {
  const keys = grants === 1 ? '1 key of a device or app' : `${grants} keys of devices and apps`;
  return `${keys} and ${browsers === 1 ? '1 browser' : `${browsers} browsers`} ended`;
}
