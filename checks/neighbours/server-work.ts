import { readdirSync, readFileSync } from 'node:fs';

/**
 * How long the thread of a process that answers requests has worked so far, in milliseconds of a processor; 0 where the
 * system does not tell. What it worked while an owner waited is what that owner would wait on a machine without other work.
 */
export function workOf(pid: number): number {
  try {
    return timesOfThread(pid, pid).worked;
  } catch {
    return 0;
  }
}

/**
 * How long the threads of these processes that answer requests have been ready to work so far and had no processor, in
 * milliseconds: other programs had it, such as the attacker's, which is on another computer elsewhere.
 */
export function heldUpOf(pids: readonly number[]): number {
  try {
    return pids.reduce((sum, pid) => sum + timesOfThread(pid, pid).heldUp, 0);
  } catch {
    return 0;
  }
}

/** How long all threads of a process have worked. */
export function workOfAll(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + timesOfThread(pid, thread).worked, 0);
}

function timesOfThread(pid: number, thread: number | string): { worked: number; heldUp: number } {
  const [worked, heldUp] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
  return { worked: Number(worked) / 1e6, heldUp: Number(heldUp) / 1e6 };
}
