import { setTimeout as sleep } from 'node:timers/promises';
import type { Check, CheckRun, Findings } from '../check.ts';
import { percentile } from '../check.ts';
import { linkAndLeave, type OwedAlert, untilTold } from './alerts-killed.ts';
import { type MailWorld, withMailWorld } from './mail-world.ts';

const DOWN_MS = 60_000;
const PAUSE_MS = 1000;
/** Longest that a change may take while no mail can be sent: it waits for none. */
const MAX_MS = 2000;

/** The mail server is down for a minute. */
export const mailDown: Check = {
  name: 'mail-down',
  claim: 'the mail server down for a minute: nothing waits for it, and every alert arrives afterwards',
  run: (on) => withMailWorld((world) => minuteWithoutMail(world, on)),
};

async function minuteWithoutMail({ installation, sink }: MailWorld, { say }: CheckRun): Promise<Findings> {
  const expected: OwedAlert[] = [];
  const times: number[] = [];
  sink.down = true;
  for (const end = Date.now() + DOWN_MS; Date.now() < end; await sleep(PAUSE_MS)) {
    const began = performance.now();
    await linkAndLeave(installation, `Device ${times.length}`, expected);
    times.push(performance.now() - began);
  }
  const early = sink.mails.length;
  say(`a minute without mail: ${expected.length} alerts owed, ${early} mails`);
  sink.down = false;
  const violations = await untilTold(sink, expected);
  if (early > 0) violations.push(`${early} mails while the server was down`);
  const slowest = Math.max(...times);
  if (slowest > MAX_MS) violations.push(`linking and leaving took ${slowest.toFixed(0)} ms`);
  return {
    figures: {
      'alerts owed': expected.length,
      mails: sink.mails.length,
      'link and leave, median ms': percentile(times, 0.5).toFixed(0),
      'slowest ms': slowest.toFixed(0),
    },
    violations,
  };
}
