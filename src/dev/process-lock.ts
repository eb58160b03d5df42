/**
 * Who of several processes is here: a directory in which each participant keeps one empty file whose name says
 * which process it is. A file of a process that has ended counts for nothing and is cleared away.
 *
 * A process is known by its id and by when it began, so that an id the system has given away again is not taken
 * for the one that was meant. Processes are seen within one machine and one container only.
 */
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pid as ownPid } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { OperatorError } from '../errors/operator-error.ts';

const run = promisify(execFile);

export interface ProcessLock {
  /** Whether this lock is the only live one: others of the same process count, too. */
  alone(): Promise<boolean>;
  leave(): Promise<void>;
}

/** Comes into `directory` (made if need be) under a name of its own. */
export async function enter(directory: string): Promise<ProcessLock> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const own = `${ownPid}.${await beginningOf(ownPid)}.${randomBytes(6).toString('hex')}`;
  await writeFile(join(directory, own), '', { flag: 'wx', mode: 0o600 });
  return {
    alone: async () => {
      const others = (await readdir(directory)).filter((name) => name !== own);
      const alive = await Promise.all(others.map((name) => stays(directory, name)));
      return !alive.includes(true);
    },
    leave: () => rm(join(directory, own), { force: true }),
  };
}

async function stays(directory: string, name: string): Promise<boolean> {
  const [pid, beginning] = name.split('.');
  if (beginning !== undefined && (await beginningOf(Number(pid))) === beginning) return true;
  await rm(join(directory, name), { force: true });
  return false;
}

/**
 * Runs `work` while no other process that uses the same directory does. A holder that was killed does not count.
 *
 * Each contender first shows its own file and then looks for others: of two at once, at least the later looker
 * sees the other, so never do both go on. When each sees the other, both step back for a random while.
 *
 * @param timeout milliseconds to wait for the others
 * @throws OperatorError when they have not finished by then
 */
export async function exclusively<T>(directory: string, timeout: number, work: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + timeout;
  for (;;) {
    const lock = await enter(directory);
    try {
      if (await lock.alone()) return await work();
    } finally {
      await lock.leave();
    }
    if (performance.now() > giveUpAt) {
      throw new OperatorError(
        `Another process is busy in ${directory}. Wait until it is done, or stop it, and try again.`,
      );
    }
    await sleep(10 + Math.random() * 90);
  }
}

/**
 * When the process with this id began, in a form that is only good for comparing; null when there is no such
 * process, or only its unburied remains (a zombie holds no file and no socket once its last thread has ended).
 */
export async function beginningOf(pid: number): Promise<string | null> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => null);
  const began = boot === null ? await askPs(pid) : await askProc(pid);
  return began === null ? null : createHash('sha256').update(`${boot}${began}`).digest('hex').slice(0, 16);
}

/** proc(5): field 3 is the state, 20 the threads, 22 the start time; field 2, in brackets, may hold anything. */
async function askProc(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined) return null;
  const [state = '', threads, began] = [fields[0], Number(fields[17]), fields[19]];
  return 'ZX'.includes(state) && threads <= 1 ? null : (began ?? null);
}

async function askPs(pid: number): Promise<string | null> {
  const answer = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]).catch(() => null);
  const line = answer?.stdout.trim();
  return line === undefined || line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '');
}
