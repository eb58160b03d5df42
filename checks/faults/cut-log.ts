import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Installation } from '../../test/support/installation.ts';
import { StoredState } from '../../test/support/stored-state.ts';
import type { Check, CheckRun, Findings } from '../check.ts';
import { verifyPrefix } from './cut-history.ts';
import { logFile, writeHistory } from './history.ts';

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

async function restartFrom(installation: Installation, log: Buffer): Promise<void> {
  await installation.redis.kill();
  await writeFile(await logFile(installation), log);
  await installation.redis.restart();
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await installation.readiness()) === 200) {
      await installation.stores.connection.whenReady();
      await new StoredState(installation.stores).forgetGuesses();
      return;
    }
    await sleep(20);
  }
  throw new Error('the server does not come back');
}
