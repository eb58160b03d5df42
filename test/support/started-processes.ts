/**
 * What a test, a check or a benchmark starts ends with it, on every path: when a time-out leaves it running, and when the
 * process that started it is killed itself.
 *
 * A small shell beside this process hears of everything that was started and has ended. When this process is gone, however
 * that came about, its input ends, and it kills what is left.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

interface StartedProcess {
  pid: number;
  /** What it is, for who reads that it was left running. */
  what: string;
}

interface Started {
  processes: Map<number, StartedProcess>;
  reaper: ChildProcess | undefined;
}

/** `+pid`: started; `-pid`: ended. A negative pid is a process group. */
const REAPER = `
pids=
while read -r line; do
  case $line in
    +*) pids="$pids \${line#+}" ;;
    -*) left=; for pid in $pids; do [ "$pid" = "\${line#-}" ] || left="$left $pid"; done; pids=$left ;;
  esac
done
for pid in $pids; do kill -s KILL -- "$pid"; done`;

declare global {
  /** One for each test file, since each has a global of its own. */
  var latchkeyStarted: Started | undefined;
}

/**
 * Sees to it that this child ends with the process that started it.
 * @param group it leads a process group (`detached`), all of which is meant
 */
export function endsWithUs<Child extends ChildProcess>(child: Child, what: string, group = false): Child {
  const { pid } = child;
  if (pid === undefined) return child;
  globalThis.latchkeyStarted ??= { processes: new Map(), reaper: undefined };
  const { processes } = globalThis.latchkeyStarted;
  const tell = (line: string) => reaperInput(globalThis.latchkeyStarted)?.write(`${line}\n`);
  const name = group ? -pid : pid;
  processes.set(pid, { pid: name, what });
  tell(`+${name}`);
  child.once('exit', () => {
    processes.delete(pid);
    // What a group's leader has left behind goes with it.
    if (!group) tell(`-${name}`);
  });
  return child;
}

function reaperInput(started: Started | undefined): Socket | undefined {
  if (!started) return undefined;
  if (!started.reaper) {
    const stdio = ['pipe', 'ignore', 'ignore'] as const;
    // In a group of its own: Ctrl-C must not end it before it has done its work.
    started.reaper = spawn('sh', ['-c', REAPER], { stdio: [...stdio], detached: true });
    started.reaper.unref();
    (started.reaper.stdin as Socket).on('error', () => {}).unref();
  }
  return started.reaper.stdin as Socket;
}

/**
 * Kills what was started and still runs.
 * @param started as found in the global of a test file
 * @returns what it was
 */
export function endStarted(started: Started | undefined): string[] {
  started?.reaper?.stdin?.end();
  return [...(started?.processes.values() ?? [])].map(({ pid, what }) => `${what} (${pid})`);
}
