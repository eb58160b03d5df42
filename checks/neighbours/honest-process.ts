import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { endsWithUs } from '../../test/support/started-processes.ts';
import type { OwnerState } from './honest.ts';
import type { HonestRun, Served } from './honest-load.ts';
import type { HonestOrder } from './honest-program.ts';

/** The process in which the honest owners act. */
export class HonestProcess {
  readonly #child: ChildProcess;
  readonly #by: Served;
  #owners: readonly OwnerState[] | undefined;

  constructor(owners: readonly OwnerState[], by: Served) {
    this.#owners = owners;
    this.#by = by;
    this.#child = endsWithUs(
      fork(join(import.meta.dirname, 'honest-program.ts'), { execArgv: [] }),
      'owners',
    );
  }

  /** They act for so many milliseconds. */
  async run(ms: number): Promise<HonestRun> {
    const order: HonestOrder = {
      ms,
      by: this.#by,
      ...(this.#owners ? { owners: this.#owners } : {}),
    };
    this.#owners = undefined;
    const ended = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`the process of the owners ended with ${String(code)}`);
    });
    this.#child.send(order);
    const [run] = (await Promise.race([once(this.#child, 'message'), ended])) as [HonestRun];
    return run;
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}
