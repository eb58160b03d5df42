/**
 * `npm test`: everything, one step after the other, each also when an earlier one failed, so that one run tells all.
 * With arguments, such as the names of test files, it is jest alone with these arguments: programs are looked for where
 * a test needs them, types and lint are for the whole run. The last line is `N passed, N failed`; the exit code is 0 only when
 * nothing failed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureSystemPackage, REDIS_SERVER } from '../../src/dev/system-packages.ts';
import { stopSignal, whenAborted } from '../../src/server/stop-signal.ts';
import { endsWithUs } from './started-processes.ts';
import { ensureChromium, OIDC_AGENT } from './test-programs.ts';

interface Count {
  passed: number;
  failed: number;
}

const ROOT = join(import.meta.dirname, '../..');
const MODULES = join(ROOT, 'node_modules');

function say(line: string): void {
  console.log(`\n==> ${line}`);
}

/** A step that is right or wrong as a whole: wrong, it is one failure; right, it is no test that passed. */
async function check(title: string, succeeds: () => boolean | Promise<boolean>): Promise<Count> {
  say(title);
  return { passed: 0, failed: (await succeeds()) ? 0 : 1 };
}

/** Whether the program, which writes to this terminal, ended with 0. All that it starts ends with us. */
async function runs(
  command: string,
  args: readonly string[],
  output: 'inherit' | 'ignore' = 'inherit',
): Promise<boolean> {
  const stdio = ['ignore', output, 'inherit'] as const;
  const child = spawn(command, args, { cwd: ROOT, stdio: [...stdio], detached: true });
  const [status] = await once(endsWithUs(child, command, true), 'exit').catch((error: Error) => {
    console.error(error.message);
    return [null];
  });
  return status === 0;
}

function hasSystemPackages(): boolean {
  try {
    for (const wanted of [REDIS_SERVER, OIDC_AGENT]) console.log(ensureSystemPackage({ ...wanted, say }));
    console.log(ensureChromium(say));
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  }
}

async function jest(args: readonly string[]): Promise<Count> {
  const results = mkdtempSync(join(tmpdir(), 'latchkey-test-'));
  const outputFile = join(results, 'jest.json');
  const jestArgs = [join(MODULES, 'jest', 'bin', 'jest.js'), '--json', `--outputFile=${outputFile}`, ...args];
  // With --json the results are on standard output as well: the file is enough.
  const succeeded = await runs(process.execPath, jestArgs, 'ignore');
  const count = countTests(outputFile);
  rmSync(results, { recursive: true, force: true });
  return { ...count, failed: succeeded ? count.failed : Math.max(count.failed, 1) };
}

interface JestResults {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  /** Files that could not be run: none of their tests is in the other numbers. */
  numRuntimeErrorTestSuites: number;
}

/** Without a file jest itself has failed, which the caller sees by its exit code. */
function countTests(outputFile: string): Count {
  let results: JestResults;
  try {
    results = JSON.parse(readFileSync(outputFile, 'utf8')) as JestResults;
  } catch {
    return { passed: 0, failed: 0 };
  }
  const skipped = results.numPendingTests + results.numTodoTests;
  if (skipped > 0) console.log(`${skipped} tests were skipped`);
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
  };
}

const bin = (name: string) => join(MODULES, '.bin', name);
async function checksBefore(): Promise<Count[]> {
  return [
    await check('Programs from the system', hasSystemPackages),
    await check('Types: tsc --noEmit', () => runs(bin('tsc'), ['--noEmit'])),
    await check('Lint and format: biome check', () => runs(bin('biome'), ['check', '--error-on-warnings'])),
  ];
}

// Each step is a process group of its own, which Ctrl-C reaches by our end.
void whenAborted(stopSignal(process)).then(() => process.exit(130));
const named = process.argv.slice(2);
const counts = named.length === 0 ? await checksBefore() : [];
if (named.length === 0) say('Tests: jest');
counts.push(await jest(named));

const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
