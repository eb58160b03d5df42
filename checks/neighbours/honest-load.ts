import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HonestOwner } from './honest.ts';
import { heldUpOf, workOf } from './server-work.ts';

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
  /** How long it and the store were kept from working meanwhile, since other programs had the processors. */
  readonly heldUp: number;
  /** What hurt the owner, in words. */
  readonly hurt?: string;
}

export interface HonestRun {
  readonly acts: readonly Act[];
  /** The 99th percentile of how late this process itself was, in milliseconds: what the times hold that is not the server's. */
  readonly lateMs: number;
}

/** The processes whose work is told beside the times. */
export interface Served {
  readonly serverPid: number;
  readonly storePid: number;
}

/**
 * Every owner acts and pauses until the time is over.
 * @param ms milliseconds
 */
export async function runHonest(owners: readonly HonestOwner[], ms: number, by: Served): Promise<HonestRun> {
  const acts: Act[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const end = performance.now() + ms;
  const live = async (owner: HonestOwner, number: number) => {
    // Not all in step.
    await sleep((PAUSE_MS / owners.length) * number);
    while (performance.now() < end) {
      acts.push(await act(owner, by));
      await sleep(PAUSE_MS);
    }
  };
  await Promise.all(owners.map(live));
  delay.disable();
  return { acts, lateMs: delay.percentile(99) / 1e6 };
}

async function act(owner: HonestOwner, { serverPid, storePid }: Served): Promise<Act> {
  const { name, run } = owner.nextAct();
  const at = Date.now();
  const [worked, heldUp] = [workOf(serverPid), heldUpOf([serverPid, storePid])];
  const began = performance.now();
  const hurt = await run().then(
    () => undefined,
    (error: Error) => error.message,
  );
  const ms = performance.now() - began;
  const during = {
    worked: workOf(serverPid) - worked,
    heldUp: heldUpOf([serverPid, storePid]) - heldUp,
  };
  const done = { name, owner: owner.name, at, ms, ...during };
  return hurt === undefined ? done : { ...done, hurt };
}
