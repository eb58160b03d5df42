/** Commands about a backup: whether a copy of the store opens, and ending again what had ended since it was made. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Replayed } from '../../admin/replay-ends.ts';
import type { BackupRecords } from '../../audit/backup-records.ts';
import { EndsReader } from '../../audit/logged-ends.ts';
import { StoreUnavailable } from '../../errors/store-unavailable.ts';
import type { AdminService } from '../../server/operator.ts';
import { type Command, type CommandInput, notConfirmed } from './command.ts';
import { done, type Ending } from './ending.ts';
import { openCopiedAdminService } from './open.ts';

/** Milliseconds between two words about how far it has come. */
const TOLD_EVERY = 2000;

const QUESTION =
  'End again what the log says had ended? Devices, apps and browsers go, passwords that were replaced open nothing, and owners are told.';

export const backupCommands: readonly Command[] = [
  {
    name: 'backup check',
    usage: '<appendonlydir>',
    summary:
      'start a private Redis on a copy of this folder, and open everything in it with LATCHKEY_SECRET; the folder stays as it is, and no server is asked',
    words: 1,
    open: openCopiedAdminService,
    run: check,
  },
  {
    name: 'backup replay-ends',
    usage: '--log FILE --since TIME',
    summary:
      "after a restore, before servers start: end again what the servers' log says had ended since TIME (2026-11-29T06:00:00Z). When it was cut off, run it again",
    words: 0,
    options: { log: { type: 'string' }, since: { type: 'string' } },
    run: replayEnds,
  },
];

async function check({ backup }: AdminService, { words: [folder = ''] }: CommandInput): Promise<Ending> {
  const records = await backup.examine();
  const newest = records.newest === undefined ? undefined : new Date(records.newest).toISOString();
  const lines = [
    `${records.accounts} ${records.accounts === 1 ? 'account' : 'accounts'}, the newest event ${newest ?? 'of none'}`,
    ...Object.entries(records.kinds).map(
      ([kind, { opened, closed }]) => `  ${kind}: ${opened} open${closed === 0 ? '' : `, ${closed} do NOT`}`,
    ),
    ...records.lacking.map((name) => `  Secret ${name} is not in LATCHKEY_SECRET: add it to the end.`),
  ];
  const isWhole = Object.values(records.kinds).every(({ closed }) => closed === 0);
  const verdict = isWhole ? 'Everything opens.' : 'Not everything opens.';
  const message = [...lines, verdict].join('\n');
  const data = { folder, ...dataOf(records), newest: newest ?? null, message };
  return isWhole ? done(message, data) : { outcome: 'failed', message, data };
}

const dataOf = ({ accounts, kinds, lacking }: BackupRecords) => ({ accounts, kinds, lacking });

async function replayEnds(admin: AdminService, input: CommandInput): Promise<Ending> {
  const { log, since } = input.options;
  const time = Date.parse(String(since));
  if (typeof log !== 'string' || Number.isNaN(time))
    return { outcome: 'usage', message: 'backup replay-ends takes: --log FILE --since TIME' };
  const ends = new EndsReader(time);
  try {
    for await (const line of createInterface({ input: createReadStream(log) })) ends.read(line);
  } catch (error) {
    return { outcome: 'usage', message: `${log} cannot be read: ${(error as NodeJS.ErrnoException).code}` };
  }
  const fault = faultOf(ends, time);
  if (fault !== undefined) return { outcome: 'refused', message: fault };
  if (!(await input.confirm(QUESTION))) return notConfirmed;
  return replay(admin, input, ends);
}

/** A log that does not reach back as far says nothing of what ended before. */
function faultOf({ from, to }: EndsReader, since: number): string | undefined {
  const remedy = 'or run accounts sign-out-everyone, which needs no log';
  if (from > to) return `There are no lines of the security log in it: give the servers' log, ${remedy}.`;
  if (from <= since) return undefined;
  const begins = new Date(from).toISOString();
  return `The log begins at ${begins}, later than --since: put the older log in front, ${remedy}.`;
}

async function replay(
  { replayEnds: replaying }: AdminService,
  { audit, tell }: CommandInput,
  ends: EndsReader,
): Promise<Ending> {
  audit(undefined, 'begun');
  let toldAt = performance.now();
  try {
    const replayed = await replaying.run(ends, (accounts) => {
      if (performance.now() - toldAt < TOLD_EVERY) return;
      toldAt = performance.now();
      tell(`${accounts} accounts so far`, { accounts });
    });
    audit(undefined, 'done');
    return told(replayed, ends);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    audit(undefined, 'cut-off');
    return {
      outcome: 'unavailable',
      message: 'Redis did not answer. Not everything has ended: run it again.',
    };
  }
}

function told(replayed: Replayed, { lines, everyone, registration, to }: EndsReader): Ending {
  const named = (title: string, ids: readonly string[]) =>
    ids.length > 0 ? [`${title}: ${ids.join(', ')}`] : [];
  const message = [
    `${lines} lines of the security log, the newest of ${new Date(to).toISOString()}.`,
    everyone ? 'Everybody is signed out of everything.' : '',
    `${replayed.accounts} accounts of the log: ${replayed.things} devices, apps, browsers and second steps ended, ${replayed.signedOut} accounts signed out of everything. ${replayed.missing} are not in this copy.`,
    replayed.keys ? 'A signing key that had ended was back: all have ended, and new ones sign.' : '',
    ...named('Clients ended again', replayed.clients),
    ...named('Clients that need a new secret (clients rotate-secret)', replayed.secrets),
    ...named(
      'Accounts whose password was replaced: it opens nothing, their owners choose Forgot password',
      replayed.passwords,
    ),
    ...named(
      'Accounts with a former email: disabled; find their owners, then accounts enable',
      replayed.formerEmails,
    ),
    registration ? 'Initial access tokens were ended: look with registration list.' : '',
  ];
  return done(message.filter((line) => line !== '').join('\n'), {
    lines,
    everyone,
    registration,
    ...replayed,
  });
}
