import type { Worker } from 'node:worker_threads';
import { TestEnvironment } from 'jest-environment-node';
import { endStarted } from './started-processes.ts';

/** A test file that leaves a process running fails by that, named; the process is ended. So are its threads, which keep nothing running but take memory. */
export default class LeavesNothingRunning extends TestEnvironment {
  /** Filled by `jest-runtime.cjs`. */
  declare readonly threads?: ReadonlySet<Worker>;
  /** Where Jest runs a file in its own process, the servers of the whole run stand in the same place. */
  #ofRun: typeof globalThis.latchkeyStarted;

  override async setup(): Promise<void> {
    await super.setup();
    // Jest's own part runs in a context: what it compares with (`expect.any(Number)`) is what test files have.
    Object.assign(this.global, {
      BigInt,
      Boolean,
      Date,
      Error,
      Function,
      Map,
      Number,
      Object,
      Promise,
      RegExp,
      Set,
      String,
      Symbol,
    });
    this.#ofRun = globalThis.latchkeyStarted;
    globalThis.latchkeyStarted = undefined;
  }

  override async teardown(): Promise<void> {
    const left = endStarted(globalThis.latchkeyStarted);
    globalThis.latchkeyStarted = this.#ofRun;
    await Promise.all([...(this.threads ?? [])].map((thread) => thread.terminate()));
    await super.teardown();
    if (left.length > 0) throw new Error(`This file has left running: ${left.join(', ')}`);
  }
}
