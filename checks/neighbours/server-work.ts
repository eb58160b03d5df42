import { readFileSync } from 'node:fs';

/**
 * How long the thread of a process that answers requests has worked so far, in milliseconds of a processor; 0 where the
 * system does not tell. What it worked while an owner waited is what that owner would wait on a machine without other work.
 */
export function workOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return 0;
  }
}
