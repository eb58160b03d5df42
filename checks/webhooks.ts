/**
 * Webhooks where servers are killed, and beside receivers that are slow: the long forms. The short form is
 * `test/faults/webhooks-killed.test.ts`; what was found is in docs/webhooks.md.
 *
 *   npm run check:webhooks -- [--only <part of a name>] [--seed <number>]
 */
import { ensureSystemPackage, REDIS_SERVER } from '../src/dev/system-packages.ts';
import { runChecks } from './run-checks.ts';
import { killedAtEachStep } from './webhooks/killed.ts';
import { neighbourReceivers } from './webhooks/neighbours.ts';

ensureSystemPackage({ ...REDIS_SERVER, say: console.log });
await runChecks([killedAtEachStep, neighbourReceivers]);
