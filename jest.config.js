import { availableParallelism } from 'node:os';

/** Test files are loaded by Node.js itself: `test/support/jest-runtime.cjs`. */
export default {
  runtime: '<rootDir>/test/support/jest-runtime.cjs',
  testEnvironment: '<rootDir>/test/support/jest-environment.ts',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {},
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // A test that hangs is ended. What takes 25 s of a processor gets them within 10 minutes, even as a low priority beside a loop.
  testTimeout: 600_000,
  // After its last file a worker gives back the memory of some 90 files: on a busy machine that takes longer than Jest's 500 ms.
  workerGracefulExitTimeout: 30_000,
  reporters: ['default', '<rootDir>/test/support/ends-after-failures.ts'],
  testSequencer: '<rootDir>/test/support/slowest-first.ts',
  // Most tests wait for a process, a page or a store much of their time: twice as many workers as cores use what others leave.
  // As a number: Jest reads more than 100 % as so many workers.
  maxWorkers: availableParallelism() * 2,
};
