import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HonestOwner } from './honest.ts';
import { workOf } from './server-work.ts';

/** Between two acts of one owner or their device. */
const PAUSE_MS = 1500;

/** One thing that an owner or their device has done. */
export interface Act {
  /** What it was: signing in, refreshing … */
  readonly name: string;
  readonly owner: string;
  /** When it began, in milliseconds since 1970. */
  readonly at: number;
  readonly ms: number;
  /** How long the server worked meanwhile, for this owner and for others, in milliseconds of a processor. */
  readonly worked: number;
  /** What hurt the owner, in words. */
  readonly hurt?: string;
}

export interface HonestRun {
  readonly acts: readonly Act[];
  /** The 99th percentile of how late this process itself was, in milliseconds: what the times hold that is not the server's. */
  readonly lateMs: number;
}

/**
 * Every owner acts and pauses until the time is over.
 * @param ms milliseconds
 * @param serverPid whose work is told beside the times
 */
export async function runHonest(
  owners: readonly HonestOwner[],
  ms: number,
  serverPid: number,
): Promise<HonestRun> {
  const acts: Act[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const end = performance.now() + ms;
  const live = async (owner: HonestOwner, number: number) => {
    // Not all in step.
    await sleep((PAUSE_MS / owners.length) * number);
    while (performance.now() < end) {
      acts.push(await act(owner, serverPid));
      await sleep(PAUSE_MS);
    }
  };
  await Promise.all(owners.map(live));
  delay.disable();
  return { acts, lateMs: delay.percentile(99) / 1e6 };
}

async function act(owner: HonestOwner, serverPid: number): Promise<Act> {
  const { name, run } = owner.nextAct();
  const at = Date.now();
  const worked = workOf(serverPid);
  const began = performance.now();
  const hurt = await run().then(
    () => undefined,
    (error: Error) => error.message,
  );
  const ms = performance.now() - began;
  const done = { name, owner: owner.name, at, ms, worked: workOf(serverPid) - worked };
  return hurt === undefined ? done : { ...done, hurt };
}
