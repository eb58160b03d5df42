/**
 * What happens when Redis or the server fails in the middle of something: the long forms, each on servers of its
 * own on this machine. Short forms are in `npm test`; what was found is in docs/operations.md.
 *
 *   npm run check:faults -- [--only <part of a name>] [--seed <number>]
 */
import { alertFlood } from './faults/alert-flood.ts';
import { alertsKilled } from './faults/alerts-killed.ts';
import { cutLog } from './faults/cut-log.ts';
import { killed } from './faults/killed.ts';
import { mailDown } from './faults/mail-down.ts';
import { outages } from './faults/outages.ts';
import { pendingCodes } from './faults/pending-codes.ts';
import { replacedMasters } from './faults/replaced-masters.ts';
import { secretsRewrite } from './faults/secrets-rewrite.ts';
import { signIns } from './faults/sign-ins.ts';
import { slowConnections } from './faults/slow-connections.ts';
import { runChecks } from './run-checks.ts';

await runChecks([
  ...outages,
  killed,
  cutLog,
  ...replacedMasters,
  slowConnections,
  signIns,
  pendingCodes,
  alertsKilled,
  mailDown,
  alertFlood,
  secretsRewrite,
]);
