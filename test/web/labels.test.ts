import { describe, expect, it } from '@jest/globals';
import { formatDays } from '../../src/web/pages/labels.ts';

describe('the longest life of an access', () => {
  it.each([
    [1, '1 day'],
    [30, '30 days'],
    [90, '3 months'],
    [180, '6 months'],
    [365, '12 months'],
    [730, '2 years'],
    [3650, '10 years'],
  ])('of %i days is said as %s', (days, words) => {
    expect(formatDays(days)).toBe(words);
  });
});
