import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HonestOwner } from './honest.ts';

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
  /** What hurt the owner, in words. */
  readonly hurt?: string;
}

export interface HonestRun {
  readonly acts: readonly Act[];
  /** The 99th percentile of how late this process itself was, in milliseconds: what the times hold that is not the server's. */
  readonly lateMs: number;
}

/** Every owner acts and pauses until the time is over. */
export async function runHonest(owners: readonly HonestOwner[], ms: number): Promise<HonestRun> {
  const acts: Act[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const end = performance.now() + ms;
  const live = async (owner: HonestOwner, number: number) => {
    // Not all in step.
    await sleep((PAUSE_MS / owners.length) * number);
    while (performance.now() < end) {
      acts.push(await act(owner));
      await sleep(PAUSE_MS);
    }
  };
  await Promise.all(owners.map(live));
  delay.disable();
  return { acts, lateMs: delay.percentile(99) / 1e6 };
}

async function act(owner: HonestOwner): Promise<Act> {
  const { name, run } = owner.nextAct();
  const at = Date.now();
  const began = performance.now();
  const done = { name, owner: owner.name, at };
  try {
    await run();
    return { ...done, ms: performance.now() - began };
  } catch (error) {
    return { ...done, ms: performance.now() - began, hurt: (error as Error).message };
  }
}
