import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type Check, SeededRandom } from './check.ts';

/**
 * Runs checks one after the other. Its last line is `N passed, N failed`; the exit code is 0 only when none failed.
 *
 *   [--only <part of a name>] [--seed <number>]
 *
 * @param options further ones, which the caller reads
 */
export async function runChecks(
  checks: readonly Check[],
  options: Readonly<Record<string, { type: 'string'; default: string }>> = {},
): Promise<void> {
  const { values } = parseArgs({
    options: { ...options, only: { type: 'string', default: '' }, seed: { type: 'string', default: '' } },
  });
  const seed = values.seed === '' ? randomInt(2 ** 31) : Number(values.seed);
  say(`seed ${seed} (repeat with --seed ${seed})`);
  let [passed, failed] = [0, 0];
  for (const check of checks.filter(({ name }) => name.includes(values.only))) {
    if (await holds(check, seed)) passed += 1;
    else failed += 1;
  }
  say(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

async function holds(check: Check, seed: number): Promise<boolean> {
  say(`\n==> ${check.name}: ${check.claim}`);
  const began = performance.now();
  const seconds = () => ((performance.now() - began) / 1000).toFixed(0);
  try {
    const { figures, violations } = await check.run({
      random: new SeededRandom(seed),
      say: (line) => say(`    ${seconds().padStart(4)} s  ${line}`),
    });
    for (const [name, figure] of Object.entries(figures)) say(`    ${name}: ${figure}`);
    for (const violation of violations.slice(0, 20)) say(`    FAILED: ${violation}`);
    say(`    ${violations.length === 0 ? 'passed' : `${violations.length} violations`} after ${seconds()} s`);
    return violations.length === 0;
  } catch (error) {
    say(`    FAILED after ${seconds()} s: ${error instanceof Error ? error.stack : String(error)}`);
    return false;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
