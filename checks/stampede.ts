/**
 * A town has its current back: every device refreshes at once, while owners sign in and link devices. The short form is
 * `test/security/stampede.test.ts`; `npm run bench:storm` reckons what cannot run on one machine.
 *
 *   npm run check:stampede -- [--devices 50000] [--boot 5] [--seed <number>]
 */
import { parseArgs } from 'node:util';
import { ensureSystemPackage, REDIS_SERVER } from '../src/dev/system-packages.ts';
import type { Check, CheckRun, Findings } from './check.ts';
import { runChecks } from './run-checks.ts';
import { hashBesidePolls } from './stampede/hashing.ts';
import { installation } from './stampede/installation.ts';
import { stampede } from './stampede/stampede.ts';

const OPTIONS = {
  devices: { type: 'string', default: '50000' },
  boot: { type: 'string', default: '5' },
} as const;
const { values } = parseArgs({ options: OPTIONS, strict: false });
const [devices, boot] = [Number(values.devices), Number(values.boot)];

const check: Check = {
  name: 'stampede',
  claim: `${devices} devices refresh within ${boot} s: all are back, none is signed out, owners go first, hashes hold no poll up`,
  run,
};

async function run(on: CheckRun): Promise<Findings> {
  ensureSystemPackage({ ...REDIS_SERVER, say: console.log });
  const world = await installation();
  try {
    on.say('a server runs, and owners have accounts');
    const hashing = await hashBesidePolls(world, world.people);
    for (const [name, figure] of Object.entries(hashing.figures)) on.say(`${name}: ${figure}`);
    for (const person of world.people) person.times.splice(0);
    const storm = await stampede({ devices, boot, timed: true }, world, on);
    return {
      figures: { ...hashing.figures, ...storm.figures },
      violations: [...hashing.violations, ...storm.violations],
    };
  } finally {
    await world.close();
  }
}

await runChecks([check], OPTIONS);
