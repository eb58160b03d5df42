import { setTimeout as sleep } from 'node:timers/promises';
import type { Check, CheckRun, Findings } from '../check.ts';
import { percentile } from '../check.ts';
import { linkAndLeave, type OwedAlert, untilTold } from './alerts-killed.ts';
import { type MailWorld, withMailWorld } from './mail-world.ts';

const DOWN_MS = 60_000;
const PAUSE_MS = 1000;
/** So many changes before that, with the mail server up, say how long one takes on this machine. */
const BEFORE = 15;
/** A change waits for no mail: the median one takes at most so many times as long as before. */
const SLOWER_AT_MOST = 2;

/** The mail server is down for a minute. */
export const mailDown: Check = {
  name: 'mail-down',
  claim: 'the mail server down for a minute: nothing waits for it, and every alert arrives afterwards',
  run: (on) => withMailWorld((world) => minuteWithoutMail(world, on)),
};

async function minuteWithoutMail({ installation, sink }: MailWorld, { say }: CheckRun): Promise<Findings> {
  const expected: OwedAlert[] = [];
  const usual: number[] = [];
  const times: number[] = [];
  const change = async (into: number[], name: string) => {
    const began = performance.now();
    await linkAndLeave(installation, name, expected);
    into.push(performance.now() - began);
  };
  for (let count = 0; count < BEFORE; count += 1) await change(usual, `Usual ${count}`);
  const usualViolations = await untilTold(sink, expected);
  const usualMails = sink.mails.length;
  const usualMedian = percentile(usual, 0.5);
  sink.down = true;
  for (const end = Date.now() + DOWN_MS; Date.now() < end; await sleep(PAUSE_MS)) {
    await change(times, `Device ${times.length}`);
  }
  const early = sink.mails.length - usualMails;
  say(`a minute without mail: ${expected.length} alerts owed, ${early} mails`);
  sink.down = false;
  const violations = [...usualViolations, ...(await untilTold(sink, expected))];
  if (early > 0) violations.push(`${early} mails while the server was down`);
  const median = percentile(times, 0.5);
  if (median > SLOWER_AT_MOST * usualMedian)
    violations.push(
      `linking and leaving took ${median.toFixed(0)} ms, with mail ${usualMedian.toFixed(0)} ms`,
    );
  return {
    figures: {
      'alerts owed': expected.length,
      mails: sink.mails.length,
      'link and leave, median ms with and without mail': `${usualMedian.toFixed(0)}, ${median.toFixed(0)}`,
      'slowest ms': Math.max(...times).toFixed(0),
    },
    violations,
  };
}
