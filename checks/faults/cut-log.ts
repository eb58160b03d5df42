import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Installation } from '../../test/support/installation.ts';
import { StoredState } from '../../test/support/stored-state.ts';
import type { Check, CheckRun, Findings, SeededRandom } from '../check.ts';
import { verifyPrefix } from './cut-history.ts';
import { type History, logFile, type Step, type StepKind, writeHistory } from './history.ts';

const ACCOUNTS = 5;
/** Codes live for 10 minutes: after this many cuts a new history is written. */
const CUTS_EACH = 100;
const OLDEST = 5 * 60_000;

/**
 * Power cuts as a disk sees them: the append-only file ends somewhere. Redis starts from what is left, and every
 * account and device is asked.
 */
export const cutLog: Check = {
  name: 'cut-log',
  claim: 'the append-only file cut at 500 random places: what was complete holds, what came later never was',
  run: (on) => cutAtRandom(500, on),
};

export async function cutAtRandom(cuts: number, { random, say }: CheckRun): Promise<Findings> {
  const installation = await Installation.start({ environment: { ACCESS_TOKEN_MINUTES: '60' } });
  const violations: string[] = [];
  const figures = { cuts: 0, 'bytes of each history': '' };
  try {
    while (figures.cuts < cuts) {
      const history = await writeHistory(installation, random, ACCOUNTS);
      figures['bytes of each history'] += ` ${history.to - history.from}`;
      const whole = await readFile(await logFile(installation));
      const began = performance.now();
      for (let cut = 0; cut < CUTS_EACH && figures.cuts < cuts; cut += 1) {
        if (performance.now() - began > OLDEST) break;
        const at = random.whole(history.from, history.to);
        await restartFrom(installation, whole.subarray(0, at));
        const wrong = await verifyPrefix(installation, history, at);
        violations.push(...wrong.map((claim) => `cut at ${at}: ${claim}`));
        figures.cuts += 1;
        if (figures.cuts % 50 === 0) say(`${figures.cuts} cuts, ${violations.length} violations`);
      }
      await restartFrom(installation, whole);
    }
  } finally {
    await installation.stop();
  }
  return { figures, violations };
}

/**
 * Cuts before every command that a step of this kind has written, and in the middle of each: the first such step of a
 * history.
 */
export async function cutThrough(kind: StepKind, { random }: Pick<CheckRun, 'random'>): Promise<Findings> {
  const installation = await Installation.start({ environment: { ACCESS_TOKEN_MINUTES: '60' } });
  const violations: string[] = [];
  try {
    const { step, ...written } = await historyWith(kind, installation, random);
    const whole = await readFile(await logFile(installation));
    const commands = commandsIn(whole.subarray(step.before, step.after)).map((at) => at + step.before);
    const cuts = commands.flatMap((at) => [at, at + 1]);
    for (const at of cuts) {
      await restartFrom(installation, whole.subarray(0, at));
      const wrong = await verifyPrefix(installation, written, at);
      violations.push(...wrong.map((claim) => `cut at ${at - step.before} of ${kind}: ${claim}`));
    }
    return { figures: { cuts: cuts.length }, violations };
  } finally {
    await installation.stop();
  }
}

async function historyWith(
  kind: StepKind,
  installation: Installation,
  random: SeededRandom,
): Promise<History & { step: Step }> {
  for (;;) {
    const history = await writeHistory(installation, random, 1);
    const steps = history.accounts.flatMap(({ devices }) => devices.flatMap((device) => device.steps));
    const step = steps.find((one) => one.kind === kind);
    if (step) return { ...history, step };
  }
}

/** Where commands begin: `*3` and a line break, then the length of the first word. */
function commandsIn(log: Buffer): number[] {
  return [...log.toString('latin1').matchAll(/\*\d+\r\n\$\d+\r\n[A-Z]+\r\n/gi)].map(({ index }) => index);
}

async function restartFrom(installation: Installation, log: Buffer): Promise<void> {
  await installation.redis.kill();
  await writeFile(await logFile(installation), log);
  await installation.redis.restart();
  for (;;) {
    if ((await installation.readiness()) === 200) {
      await installation.stores.connection.whenReady();
      await new StoredState(installation.stores).forgetGuesses();
      return;
    }
    await sleep(20);
  }
}
