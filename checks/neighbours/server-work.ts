import { readdirSync, readFileSync } from 'node:fs';

/**
 * How long the thread of a process that answers requests has worked so far, in milliseconds of a processor; 0 where the
 * system does not tell. What it worked while an owner waited is what that owner would wait on a machine without other work.
 */
export function workOf(pid: number): number {
  try {
    return workOfThread(pid, pid);
  } catch {
    return 0;
  }
}

/** The same of all threads that it has. */
export function workOfAll(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + workOfThread(pid, thread), 0);
}

function workOfThread(pid: number, thread: number | string): number {
  return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}
