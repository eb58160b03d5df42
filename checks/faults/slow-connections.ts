import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureSystemPackage } from '../../src/dev/system-packages.ts';
import { Installation } from '../../test/support/installation.ts';
import { codesOf } from '../../test/support/linked-device.ts';
import { endsWithUs } from '../../test/support/started-processes.ts';
import { SLOW_HTTP_TEST } from '../../test/support/test-programs.ts';
import { type Check, type CheckRun, type Findings, percentile } from '../check.ts';

const CONNECTIONS = 1000;
const ROUNDS = 6;
/** Milliseconds of one measurement; the server lets go of unfinished headers after 10 s. */
const MEASURED = 4000;
/** Milliseconds in which the connections are made, at most. */
const OPENING = 5000;
/** Seconds after which the program gives up by itself. */
const MAX_MS = 30;

/** Headers that never end, and bodies that never end. */
const ATTACKS = [
  ['headers', ['-H']],
  ['bodies', ['-B', '-t', 'POST', '-f', 'application/x-www-form-urlencoded', '-s', '4096']],
] as const;

/** `slowhttptest` against a server on this machine, and an honest device that polls all the time. */
export const slowConnections: Check = {
  name: 'slow-connections',
  claim: '1,000 slow connections: the p99 of an honest device at most doubles',
  run: holdConnections,
};

/** Rounds with and without them take turns, so that whatever else the machine does meets both. */
async function holdConnections({ say }: CheckRun): Promise<Findings> {
  const program = ensureSystemPackage({ ...SLOW_HTTP_TEST, say });
  const installation = await Installation.start();
  const figures: Record<string, string> = {};
  const violations: string[] = [];
  try {
    const poll = await poller(installation, violations);
    await poll(MEASURED);
    for (const [what, options] of ATTACKS) {
      const [without, under]: [number[], number[]] = [[], []];
      let fewest = CONNECTIONS;
      for (let round = 0; round < ROUNDS; round += 1) {
        without.push(...(await poll(MEASURED)));
        const attack = spawn(program, slowArguments(installation.server.issuer, options), {
          stdio: 'ignore',
        });
        endsWithUs(attack, 'slowhttptest');
        const over = once(attack, 'close');
        fewest = Math.min(fewest, await untilHeld(installation));
        under.push(...(await poll(MEASURED)));
        attack.kill('SIGINT');
        await over;
      }
      const [before, during] = [percentile(without, 0.99), percentile(under, 0.99)];
      figures[`slow ${what}`] =
        `p99 ${before.toFixed(1)} ms without, ${during.toFixed(1)} ms with at least ${fewest} connections`;
      say(`slow ${what}: ${figures[`slow ${what}`]}`);
      if (during > 2 * before) violations.push(`the p99 more than doubles with slow ${what}`);
      if (fewest < 0.9 * CONNECTIONS) violations.push(`only ${fewest} connections were held`);
    }
  } finally {
    await installation.stop();
  }
  return { figures, violations };
}

/** @returns polls for so many milliseconds, and gives how long each poll took */
async function poller(installation: Installation, violations: string[]) {
  const device = installation.device();
  const { deviceCode } = codesOf(await device.authorize());
  return async (time: number): Promise<number[]> => {
    const took: number[] = [];
    const until = performance.now() + time;
    while (performance.now() < until) {
      const began = performance.now();
      const { status } = await device.poll(deviceCode);
      if (status !== 400) violations.push(`a poll was answered ${status}`);
      took.push(performance.now() - began);
      await sleep(5);
    }
    return took;
  };
}

/** Only ever at the server that was just started here, and not for long. */
function slowArguments(issuer: string, options: readonly string[]): string[] {
  const pace = ['-c', `${CONNECTIONS}`, '-r', `${CONNECTIONS}`, '-i', '2', '-x', '20', '-p', '3'];
  return [...options, ...pace, '-l', `${MAX_MS}`, '-u', `${issuer}/token`];
}

/** @returns how many there are when enough are, or time is up */
async function untilHeld(installation: Installation): Promise<number> {
  const giveUpAt = performance.now() + OPENING;
  for (;;) {
    const open = await connectionsTo(installation);
    if (open >= CONNECTIONS || performance.now() > giveUpAt) return open;
    await sleep(100);
  }
}

/** As the system counts them (proc(5), /proc/net/tcp): the local address, and 01 for an open one. */
async function connectionsTo({ server }: Installation): Promise<number> {
  const port = Number(new URL(server.issuer).port).toString(16).toUpperCase().padStart(4, '0');
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8')));
  const open = new RegExp(`^ *\\d+: [0-9A-F]+:${port} \\S+ 01 `, 'gm');
  return tables.join('\n').match(open)?.length ?? 0;
}
