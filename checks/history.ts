/**
 * Random operations of many actors on two real servers, with `kill -9` of a server or of Redis between them; the recorded
 * history is held against what was promised.
 *
 *   npm run check:history -- [--operations 100000] [--kills 100] [--seed <number>]
 */
import { parseArgs } from 'node:util';
import { historyCheck } from './history/history.ts';
import { runChecks } from './run-checks.ts';

const OPTIONS = {
  operations: { type: 'string', default: '100000' },
  kills: { type: 'string', default: '100' },
} as const;

const { values } = parseArgs({ options: OPTIONS, strict: false });
const size = { operations: Number(values.operations), kills: Number(values.kills) };
await runChecks([historyCheck(size)], OPTIONS);
