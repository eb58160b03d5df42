/** Commands that list accounts, and what happened to one; and the one that makes the lists anew. */
import type { Account } from '../../accounts/account.ts';
import type { AdminService } from '../../server/operator.ts';
import { WHO, withAccount } from './accounts.ts';
import type { Command, CommandInput } from './command.ts';
import { done, type Ending } from './ending.ts';
import { upTo } from './up-to.ts';

/** Rows that a terminal shows; a program asks the Admin API for all. */
const MAX_SHOWN = 1000;
/** Milliseconds between two words about how far it has come. */
const TOLD_EVERY = 2000;

export const accountListCommands: readonly Command[] = [
  {
    name: 'accounts list',
    usage: '[--disabled]',
    summary: 'the newest 1000 accounts, or of those that are disabled',
    words: 0,
    options: { disabled: { type: 'boolean' } },
    run: (admin, { options }) => list(admin, options['disabled'] === true ? { status: 'disabled' } : {}),
  },
  {
    name: 'accounts search',
    usage: '<part of a name or email>',
    summary: 'accounts with it; each name is opened, so that it takes its time',
    words: 1,
    run: (admin, { words: [q = ''] }) => list(admin, { q }),
  },
  {
    name: 'activity',
    usage: WHO,
    summary: 'what happened to an account, the newest 100 events',
    words: 1,
    run: (admin, input) => withAccount(admin, input, (account) => activity(admin, account)),
  },
  {
    name: 'index rebuild',
    usage: '',
    summary:
      'write the rows of every account and device into the lists anew: once, where there were accounts before there were lists; when it was cut off, run it again',
    words: 0,
    run: rebuild,
  },
];

async function list(
  { managed }: AdminService,
  query: Parameters<AdminService['managed']['list']>[0],
): Promise<Ending> {
  const { found, more } = await upTo(MAX_SHOWN, (after) => managed.list(query, after, 100));
  const lines = found.map(
    ({ id, status, profile }) =>
      `${id}  ${dayOf(profile.createdAt)}  ${status.padEnd(8)}  ${profile.name} <${profile.email}>`,
  );
  const head = `${'Account id'.padEnd(22)}  Created     Status    Name`;
  const accounts = found.map(({ id, status, profile: { name, email, createdAt } }) => {
    return { id, name, email, status, createdAt: new Date(createdAt).toISOString() };
  });
  const end = more ? ['There are more.'] : [];
  const words = found.length === 0 ? ['There are none.'] : [head, ...lines, ...end];
  return done(words.join('\n'), { accounts, more });
}

async function activity({ activity: events }: AdminService, { id }: Account): Promise<Ending> {
  const found = await events.list(id, { most: 100 });
  const lines = found.map(({ at, event: { kind, by, subject } }) =>
    [new Date(at).toISOString(), by.padEnd(8), kind, subject?.name ?? subject?.id ?? ''].join('  ').trimEnd(),
  );
  const data = found.map(({ at, event: { kind, by, subject } }) => {
    return { at: new Date(at).toISOString(), event: kind, by, about: subject ?? null };
  });
  return done(lines.join('\n') || 'Nothing has happened.', { events: data });
}

async function rebuild({ rebuildIndex }: AdminService, { audit, tell }: CommandInput): Promise<Ending> {
  let toldAt = Number.NEGATIVE_INFINITY;
  const rebuilt = await rebuildIndex.run((soFar) => {
    if (performance.now() - toldAt < TOLD_EVERY) return;
    toldAt = performance.now();
    tell(`${soFar.accounts} accounts and ${soFar.devices} devices so far`, { ...soFar });
  });
  audit(undefined, 'done');
  return done(`${rebuilt.accounts} accounts and ${rebuilt.devices} devices are in the lists.`, {
    ...rebuilt,
  });
}

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
