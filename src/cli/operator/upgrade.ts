/** Commands about the form in which the store is written. */
import type { AdminService } from '../../server/operator.ts';
import { type Command, type CommandInput, notConfirmed } from './command.ts';
import { done, type Ending } from './ending.ts';

export const upgradeCommands: readonly Command[] = [
  {
    name: 'upgrade status',
    usage: '',
    summary:
      'in which format the store is written, which this version could write, and what keeps it from that',
    words: 0,
    run: status,
  },
  {
    name: 'upgrade finish',
    usage: '',
    summary:
      'write the newest format that this version knows, once no older version serves any more: afterwards the version before does not start, and the way back is a backup',
    words: 0,
    run: finish,
  },
];

async function status({ upgrades }: AdminService): Promise<Ending> {
  const { format, newest, behind } = await upgrades.status();
  const data = { format, newest, behind: behind.map(({ version, commit }) => ({ version, commit })) };
  if (format === newest)
    return done(`The store is of format ${format}, the newest that this version knows.`, data);
  const next =
    behind.length > 0
      ? `${behind.length} older processes serve: replace them first.`
      : 'Run upgrade finish when the version before is needed no more.';
  return done(`The store is of format ${format}; this version knows ${newest}, too. ${next}`, data);
}

async function finish({ upgrades }: AdminService, { confirm, audit }: CommandInput): Promise<Ending> {
  const { format, newest, behind } = await upgrades.status();
  if (format === newest)
    return done(
      `Nothing was changed: the store is of format ${format}, the newest that this version knows.`,
      {
        format,
        changed: false,
      },
    );
  if (behind.length > 0) return refused(behind.length, newest);
  const question = `Write format ${newest}? The version before does not start on it: the way back is a backup.`;
  if (!(await confirm(question))) return notConfirmed;
  const outcome = await upgrades.finish();
  audit(undefined, outcome);
  if (outcome === 'behind') return refused(1, newest);
  return done(
    `The store is of format ${newest}. Restart the servers, one after the other: each writes it from its next start on.`,
    { format: newest, changed: outcome === 'finished' },
  );
}

const refused = (count: number, newest: number): Ending => ({
  outcome: 'refused',
  message: `Nothing was changed: ${count === 1 ? 'a process serves that does' : `${count} processes serve that do`} not know format ${newest}. Replace what is older first; doctor names the versions.`,
});
