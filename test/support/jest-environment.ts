import { TestEnvironment } from 'jest-environment-node';
import { endStarted } from './started-processes.ts';

/** A test file that leaves a process running fails by that, named; the process is ended. */
export default class LeavesNothingRunning extends TestEnvironment {
  override async teardown(): Promise<void> {
    const left = endStarted(this.global.latchkeyStarted as Parameters<typeof endStarted>[0]);
    await super.teardown();
    if (left.length > 0) throw new Error(`This file has left running: ${left.join(', ')}`);
  }
}
