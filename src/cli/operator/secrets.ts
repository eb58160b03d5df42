/** Commands about the entries of LATCHKEY_SECRET: what lies under each, and writing it anew under the first one. */
import { type RecordsOfSecret, settleUnneeded, standingOf } from '../../audit/secret-records.ts';
import { StoreUnavailable } from '../../errors/store-unavailable.ts';
import type { AdminService } from '../../server/operator.ts';
import { type Command, type CommandInput, notConfirmed } from './command.ts';
import { done, type Ending } from './ending.ts';

/** Milliseconds between two words about how far it has come. */
const TOLD_EVERY = 2000;
const RATE = '200';
const MAX_RATE = 10_000;

export const secretCommands: readonly Command[] = [
  {
    name: 'secrets status',
    usage: '',
    summary:
      'how many records lie under each entry of LATCHKEY_SECRET, by kind, and whether an older one may leave the list',
    words: 0,
    run: status,
  },
  {
    name: 'secrets rewrite',
    usage: '[--rate N]',
    summary:
      'write everything anew under the first entry of LATCHKEY_SECRET, beside servers that run; N accounts a second at most (200). When it was cut off, run it again',
    words: 0,
    options: { rate: { type: 'string' } },
    run: rewrite,
  },
  {
    name: 'secrets forget',
    usage: 'NAME',
    summary:
      'let servers start without an entry that is lost, by the name that a refused start tells: what is under it alone opens no more',
    words: 1,
    run: forget,
  },
];

async function status({ secrets }: AdminService, { tell }: CommandInput): Promise<Ending> {
  const heard = nowAndThen((accounts: number) => tell(`${accounts} accounts so far`, { accounts }));
  try {
    return told(await secrets.census(heard));
  } catch (error) {
    return cutOff(error, 'Nothing is known for certain: run it again.');
  }
}

async function rewrite({ secrets }: AdminService, { options, audit, tell }: CommandInput): Promise<Ending> {
  const rate = Number(options['rate'] ?? RATE);
  if (!Number.isInteger(rate) || rate < 1 || rate > MAX_RATE)
    return { outcome: 'usage', message: `--rate is a number from 1 to ${MAX_RATE}.` };
  audit(undefined, 'begun');
  const heard = nowAndThen(({ accounts, rewritten }: { accounts: number; rewritten: number }) =>
    tell(`${accounts} accounts so far, ${rewritten} records of accounts and clients rewritten`, {
      accounts,
      rewritten,
    }),
  );
  try {
    await secrets.rewrite(rate, heard);
    const records = await secrets.census(() => undefined);
    const settled = await settleUnneeded(secrets, records);
    audit(undefined, 'done');
    return told(records, settled);
  } catch (error) {
    audit(undefined, 'cut-off');
    return cutOff(error, 'Not everything is rewritten: run it again.');
  }
}

async function forget({ secrets }: AdminService, { words, confirm, audit }: CommandInput): Promise<Ending> {
  const [name = ''] = words;
  if (!(await secrets.needed()).includes(name))
    return { outcome: 'not-found', message: `No server has written under a secret ${name}.` };
  const question = `Forget the secret ${name}? Accounts, devices and clients that are under it alone open no more.`;
  if (!(await confirm(question))) return notConfirmed;
  await secrets.settle(name);
  audit(undefined, 'done');
  return done(`Servers start without the secret ${name}.`, { name });
}

function told(records: readonly RecordsOfSecret[], settled: readonly string[] = []): Ending {
  const now = Date.now();
  const lines = records.flatMap((one) => [
    `Secret ${one.name}  ${one.entry === undefined ? 'not in the list' : `entry ${one.entry} of LATCHKEY_SECRET`}`,
    ...Object.entries(one.kept).map(([kind, count]) => `  ${kind}: ${count}`),
    ...Object.entries(one.leaving).map(
      ([kind, { count, until }]) => `  ${kind}: ${count}${ends(until, now)}`,
    ),
    `  ${verdictOf(one, now)}`,
  ]);
  const data = records.map((one) => {
    const { kept, until } = standingOf(one, now);
    const leaving = Object.entries(one.leaving).map(([kind, { count, until: end }]) => [
      kind,
      { count, ...(end > now && { until: formatTime(end) }) },
    ]);
    const mayLeave = one.entry !== 1 && kept === 0;
    const standing = { mayLeave, ...(until !== undefined && { losesUntil: formatTime(until) }) };
    return { ...one, leaving: Object.fromEntries(leaving), ...standing };
  });
  return done(lines.join('\n'), { secrets: data, ...(settled.length > 0 && { settled }) });
}

function verdictOf(one: RecordsOfSecret, now: number): string {
  if (one.entry === 1) return 'This one writes.';
  const { kept, until } = standingOf(one, now);
  if (one.entry === undefined)
    return kept > 0
      ? 'What is under it does not open: add it to the end of the list.'
      : 'Nothing that is kept needs it.';
  if (kept > 0) return 'It must stay: run secrets rewrite.';
  if (until === undefined) return 'It may leave the list.';
  return `It may leave the list at ${formatTime(until)}; before, devices and browsers counted here have to be linked, or signed in, again.`;
}

const ends = (until: number, now: number) => (until > now ? `, the last until ${formatTime(until)}` : '');

const formatTime = (time: number) => new Date(time).toISOString();

function nowAndThen<T>(hear: (value: T) => void): (value: T) => void {
  let toldAt = performance.now();
  return (value) => {
    if (performance.now() - toldAt < TOLD_EVERY) return;
    toldAt = performance.now();
    hear(value);
  };
}

function cutOff(error: unknown, message: string): Ending {
  if (!(error instanceof StoreUnavailable)) throw error;
  return { outcome: 'unavailable', message: `Redis did not answer, or was being changed. ${message}` };
}
