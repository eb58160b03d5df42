import { isNativeError } from 'node:util/types';
import type { Worker } from 'node:worker_threads';
import { TestEnvironment } from 'jest-environment-node';
import { endStarted } from './started-processes.ts';

knowAllErrors(Error);

/** A test file that leaves a process running fails by that, named; the process is ended. So are its threads, which keep nothing running but take memory. */
export default class LeavesNothingRunning extends TestEnvironment {
  /** Filled by `jest-runtime.cjs`. */
  declare readonly threads?: ReadonlySet<Worker>;

  override async setup(): Promise<void> {
    await super.setup();
    // Of this file alone: where jest runs it in its own process, the servers of the whole run stand in the same place.
    this.global.latchkeyStarted = undefined;
    knowAllErrors(this.global.Error);
  }

  override async teardown(): Promise<void> {
    const left = endStarted(this.global.latchkeyStarted as Parameters<typeof endStarted>[0]);
    await Promise.all([...(this.threads ?? [])].map((thread) => thread.terminate()));
    await super.teardown();
    if (left.length > 0) throw new Error(`This file has left running: ${left.join(', ')}`);
  }
}

/**
 * A test file has classes of its own. An `Error` of Node.js, and of packages that are loaded once, is one to the file all the same, and the other
 * way round: as in the server that is started by itself, where there is one class.
 */
function knowAllErrors(errors: ErrorConstructor): void {
  const ordinary = Function.prototype[Symbol.hasInstance];
  Object.defineProperty(errors, Symbol.hasInstance, {
    configurable: true,
    // Classes of errors inherit this, and mean themselves.
    value(this: unknown, thing: unknown) {
      return ordinary.call(this as ErrorConstructor, thing) || (this === errors && isNativeError(thing));
    },
  });
}
