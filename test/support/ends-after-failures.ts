import type { AggregatedResult, Config, TestContext } from '@jest/reporters';

/** Milliseconds in which Jest has written down all that it has to say. */
const PAUSE = 30_000;

/**
 * What a test that was ended by its time-out had under way goes on, and waits in vain for the servers that ended with it.
 * Without files that failed everything has to end by itself: a run that does not is a fault of the tests.
 */
export default class EndsAfterFailures {
  readonly #isWatching: boolean;
  readonly #pause: number;

  constructor({ watch, watchAll }: Config.GlobalConfig, { pause = PAUSE }: { pause?: number } = {}) {
    this.#isWatching = watch || watchAll;
    this.#pause = pause;
  }

  onRunComplete(_contexts: Set<TestContext>, results: AggregatedResult): void {
    // A file that left something running could not be run, for Jest.
    const failed = results.numFailedTestSuites + results.numRuntimeErrorTestSuites;
    if (failed === 0 || this.#isWatching) return;
    setTimeout(() => process.exit(1), this.#pause).unref();
  }
}
