import { expect, it } from '@jest/globals';
import { randomOctets } from '../../src/runtime/random-octets.ts';

it('no two devices are given the same octets, whatever others asked for before them', () => {
  const lengths = [12, 32, 16, 1000, 8, 4096, 24, 4095, 9];
  const given = Array.from({ length: 9000 }, (_, index) =>
    randomOctets(lengths[index % lengths.length] ?? 8),
  );
  expect(given.map((octets) => octets.length).slice(0, 9)).toEqual(lengths);
  expect(new Set(given.map((octets) => octets.toString('hex'))).size).toBe(9000);
});

it('every value of an octet comes about as often as any other', () => {
  const counts = new Array<number>(256).fill(0);
  for (let draw = 0; draw < 2000; draw += 1)
    for (const octet of randomOctets(128)) counts[octet] = (counts[octet] ?? 0) + 1;
  // 1,000 of each are expected; ten standard deviations are some 316.
  expect(Math.min(...counts)).toBeGreaterThan(684);
  expect(Math.max(...counts)).toBeLessThan(1316);
});

it('what was given out stays as it was when the pool is drawn anew', () => {
  const first = randomOctets(32);
  const was = first.toString('hex');
  for (let draw = 0; draw < 300; draw += 1) randomOctets(64).fill(1);
  expect(first.toString('hex')).toBe(was);
});

it('more than one draw holds is refused, and not filled with what lay in memory', () => {
  expect(() => randomOctets(4097)).toThrow(RangeError);
});
