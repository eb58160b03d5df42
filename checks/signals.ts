/**
 * Security events where servers and Redis are killed, and beside receivers that are slow: the long forms. The short form is
 * `test/faults/signals-killed.test.ts`; what was found is in docs/ssf.md.
 *
 *   npm run check:signals -- [--only <part of a name>] [--seed <number>]
 */
import { ensureSystemPackage, REDIS_SERVER } from '../src/dev/system-packages.ts';
import { runChecks } from './run-checks.ts';
import { killedAtEachStep } from './signals/killed.ts';
import { neighbourStreams } from './signals/neighbours.ts';

ensureSystemPackage({ ...REDIS_SERVER, say: console.log });
await runChecks([killedAtEachStep, neighbourStreams]);
