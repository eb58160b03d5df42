/**
 * Odd requests through each fast path and around it, which must be answered alike, byte for byte: the long form of the
 * property tests in `test/oidc`, which send some 150 each.
 *
 *   npm run check:paths -- [--requests 200000] [--only <part of a name>] [--seed <number>]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endsWithUs } from '../test/support/started-processes.ts';
import type { Check, CheckRun, Findings } from './check.ts';
import { runChecks } from './run-checks.ts';

const ROOT = join(import.meta.dirname, '..');
/** The last holds the whole server against one that has nothing in front: headers and log as well. */
const TESTS = [
  'poll-paths',
  'device-authorizations',
  'refreshes',
  'active-tokens',
  'user-info',
  'in-front',
] as const;
/** No test of these ends by time. */
const A_DAY = 86_400_000;

const OPTIONS = { requests: { type: 'string', default: '200000' } } as const;
const { values } = parseArgs({ options: OPTIONS, strict: false });
const each = Math.ceil(Number(values.requests) / TESTS.length);

function pathCheck(name: (typeof TESTS)[number]): Check {
  const claim = `${each} odd requests: the same answer in front of the library and by it`;
  return { name, claim, run: ({ random }) => send(name, random) };
}

async function send(name: string, random: CheckRun['random']): Promise<Findings> {
  const seed = random.whole(1, 2 ** 31 - 1);
  const args = [`test/oidc/${name}.test.ts`, '-t', 'the same answer to whatever is asked'];
  const child = spawn(
    process.execPath,
    [join(ROOT, 'test/support/run.ts'), ...args, `--testTimeout=${A_DAY}`],
    {
      cwd: ROOT,
      env: { ...process.env, ODD_REQUESTS: `${each}`, ODD_SEED: `${seed}` },
      stdio: ['ignore', 'ignore', 'inherit'],
      detached: true,
    },
  );
  const [status] = await once(endsWithUs(child, name, true), 'exit');
  const failure = `an answer differs, as told above; ODD_SEED=${seed} ODD_REQUESTS=${each} repeats it`;
  return { figures: { requests: each, seed }, violations: status === 0 ? [] : [failure] };
}

await runChecks(TESTS.map(pathCheck), OPTIONS);
