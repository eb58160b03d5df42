/**
 * One attacker with ten accounts and fifty networks does their worst; twenty honest owners and devices beside them all
 * get through: the long form of `test/security/neighbours.test.ts`.
 *
 *   npm run check:neighbours -- [--seconds <how long>] [--seed <number>]
 */
import { parseArgs } from 'node:util';
import { ensureSystemPackage, REDIS_SERVER } from '../src/dev/system-packages.ts';
import type { Check } from './check.ts';
import { neighbours } from './neighbours/neighbours.ts';
import { runChecks } from './run-checks.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '120' } }, strict: false });
const seconds = Number(values.seconds);

const check: Check = {
  name: 'neighbours',
  claim: `beside an attacker who does their worst for ${seconds} s every honest owner and device gets through, at most twice as slow`,
  run: (on) => {
    ensureSystemPackage({ ...REDIS_SERVER, say: console.log });
    return neighbours({ seconds, timed: true }, on);
  },
};

await runChecks([check], { seconds: { type: 'string', default: '120' } });
