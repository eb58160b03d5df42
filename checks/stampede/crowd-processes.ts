import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { endsWithUs } from '../../test/support/started-processes.ts';
import type { CrowdOrder, CrowdOutcome, Progress } from './crowd.ts';
import type { FromCrowd } from './crowd-program.ts';

/** Devices of one process. */
const EACH = 12_500;
/** The devices have processors of their own: theirs go after the server's here. */
const NICE = 10;

/** A crowd that is too large for one process. */
export class CrowdProcesses {
  readonly #children: ChildProcess[] = [];
  readonly #progress: Progress[] = [];

  get progress(): Progress {
    return sumOf(this.#progress);
  }

  /** @returns what became of all, when all are back or time is up */
  async run(order: Omit<CrowdOrder, 'number'>): Promise<CrowdOutcome> {
    const parts: Promise<CrowdOutcome>[] = [];
    for (let number = 0; number * EACH < order.devices.length; number += 1) {
      const devices = order.devices.slice(number * EACH, (number + 1) * EACH);
      parts.push(this.#runPart({ ...order, devices, number, seed: order.seed + number }));
    }
    const outcomes = await Promise.all(parts);
    return {
      comebacks: outcomes.flatMap(({ comebacks }) => comebacks),
      progress: sumOf(outcomes.map(({ progress }) => progress)),
      told: outcomes.flatMap(({ told }) => told),
    };
  }

  stop(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }

  #runPart(order: CrowdOrder): Promise<CrowdOutcome> {
    const program = join(import.meta.dirname, 'crowd-program.ts');
    const child = endsWithUs(fork(program, { execArgv: [] }), `devices ${order.number + 1}`);
    if (child.pid !== undefined) setPriority(child.pid, NICE);
    this.#children.push(child);
    this.#progress[order.number] = { back: 0, refused: 0, unheard: 0 };
    child.send(order);
    return new Promise((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`a crowd's process ended with ${code}`)));
      child.on('message', (said: FromCrowd) => {
        if ('outcome' in said) resolve(said.outcome);
        else this.#progress[order.number] = said.progress;
      });
    });
  }
}

function sumOf(all: readonly Progress[]): Progress {
  const sum = { back: 0, refused: 0, unheard: 0 };
  for (const { back, refused, unheard } of all) {
    sum.back += back;
    sum.refused += refused;
    sum.unheard += unheard;
  }
  return sum;
}
