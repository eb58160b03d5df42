/** Commands about what a receiver has not taken: of webhooks, and of security events. */
import type { DeadLetterBook, Replayed, ShownDeadLetter } from '../../notices/dead-letter-book.ts';
import type { AdminService } from '../../server/operator.ts';
import type { Command, CommandInput } from './command.ts';
import { done, type Ending } from './ending.ts';
import { formatTime } from './times.ts';

interface DeadLetterCommandParts {
  /** Begins the names of the commands. */
  readonly group: string;
  /** What a receiver is named by. */
  readonly receiver: string;
  /** By what a receiver knows one of them. */
  readonly id: string;
  readonly lettersOf: (
    service: AdminService,
    receiver: string,
  ) => Promise<Pick<DeadLetterBook<unknown>, 'page' | 'replay'> | undefined>;
  readonly absent: (receiver: string) => Ending;
}

export function deadLetterCommands(parts: DeadLetterCommandParts): Command[] {
  const { group, receiver, id, lettersOf, absent } = parts;
  return [
    {
      name: `${group} dead`,
      usage: `<${receiver}>`,
      summary: 'what it has not taken, the newest first',
      words: 1,
      run: async (service, { words: [of = ''] }) => {
        const letters = await lettersOf(service, of);
        if (!letters) return absent(of);
        const found = await letters.page();
        return done(found.map(lineOf).join('\n') || 'None.', { dead: found.map(dataOf) });
      },
    },
    {
      name: `${group} replay`,
      usage: `<${receiver}> [<${id}> …] [--all] [--since <time>]`,
      summary: 'sends once more what it has not taken: these, all, or what was given up since a time',
      words: 1,
      moreWords: 100,
      options: { all: { type: 'boolean' }, since: { type: 'string' } },
      run: (service, input) => replay(parts, service, input),
    },
  ];
}

async function replay(
  { id, lettersOf, absent }: DeadLetterCommandParts,
  service: AdminService,
  { words: [of = '', ...ids], options, audit }: CommandInput,
): Promise<Ending> {
  const which = whichOf(ids, options, id);
  if (typeof which === 'string') return { outcome: 'usage', message: which };
  const letters = await lettersOf(service, of);
  if (!letters) return absent(of);
  const waiting = await letters.replay(which);
  audit(undefined, 'done');
  return done(`${waiting} wait now to be sent once more.`, { waiting });
}

/** @returns what is wrong with what was given */
function whichOf(
  ids: readonly string[],
  { all, since }: CommandInput['options'],
  id: string,
): Replayed | string {
  const given = [ids.length > 0, all === true, since !== undefined].filter(Boolean).length;
  if (given !== 1) return `Name ${id}s, or give --all or --since: one of the three.`;
  if (ids.length > 0) return { ids };
  if (since === undefined) return {};
  const at = Date.parse(String(since));
  return Number.isNaN(at) ? `--since ${since} is no time, such as 2026-11-29T08:00:00Z` : { since: at };
}

const lineOf = ({ id, type, givenUp, tries, reason }: ShownDeadLetter) =>
  `${id}  ${type}  given up ${formatTime(givenUp)} after ${tries} tries (${reason})`;

const dataOf = ({ happened, givenUp, ...told }: ShownDeadLetter): object => ({
  ...told,
  happened: formatTime(happened),
  givenUp: formatTime(givenUp),
});
