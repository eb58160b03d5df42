/**
 * Random and mutated requests to every route and method: the long form of `test/security/fuzz.test.ts`.
 *
 *   npm run check:fuzz -- [--seed <number>]
 */
import { fuzz } from '../test/security/fuzz/fuzz.ts';
import type { Check, CheckRun, Findings } from './check.ts';
import { withRedis } from './redis-for-check.ts';
import { runChecks } from './run-checks.ts';

const REQUESTS = 20_000;
const MAX_STALL = 100;
/** Bytes: what is compiled and cached late. */
const MORE_HEAP = 15_000_000;

const fuzzing: Check = {
  name: 'fuzz',
  claim: '20,000 requests: a standard error or a readable page, no 5xx, no stall above 100 ms, memory level',
  run: (on) => withRedis(() => send(on)),
};

async function send({ random, say }: CheckRun): Promise<Findings> {
  const { sent, routes, statuses, errors, longestStall, heap } = await fuzz(random, REQUESTS, say);
  const grown = heap.after - heap.before;
  return {
    figures: {
      requests: sent,
      routes,
      statuses: Object.entries(statuses)
        .map(([status, count]) => `${status}: ${count}`)
        .join(', '),
      'longest stall of the event loop': `${longestStall.toFixed(1)} ms`,
      'heap after 1,000 requests': `${(heap.before / 1e6).toFixed(1)} MB`,
      'heap at the end': `${(heap.after / 1e6).toFixed(1)} MB`,
    },
    violations: [
      ...errors,
      ...(longestStall > MAX_STALL ? [`the event loop stood still for ${longestStall} ms`] : []),
      ...(grown > MORE_HEAP ? [`the heap has grown by ${grown} bytes`] : []),
    ],
  };
}

await runChecks([fuzzing]);
