import { getHeapStatistics } from 'node:v8';
import { expect, it } from '@jest/globals';
import { releaseMemory } from '../../src/runtime/release-memory.ts';

const MEGABYTES = 2 ** 20;
const heap = () => getHeapStatistics().total_heap_size;

it('gives what loading has left in the heap back to the system', () => {
  const held: object[][] = [];
  for (let index = 0; index < 40; index += 1) held.push(Array.from({ length: 20_000 }, () => ({ index })));
  const before = heap();
  held.length = 0;
  releaseMemory();
  expect(before - heap()).toBeGreaterThan(20 * MEGABYTES);
  expect('gc' in globalThis).toBe(process.execArgv.includes('--expose-gc'));
});
