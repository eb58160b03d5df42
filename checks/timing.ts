/**
 * Whether time tells apart what must not be told apart (`test/security/oracles.ts`).
 *
 *   npm run check:timing -- [--only <part of a name>] [--seed <number>]
 */
import { ORACLES } from '../test/security/oracles.ts';
import { runChecks } from './run-checks.ts';
import { timingCheck } from './timing/welch.ts';

await runChecks(ORACLES.filter(({ untimed }) => !untimed).map(timingCheck));
