import { describe, expect, it } from '@jest/globals';
import { failuresOf } from '../support/each-sample.ts';
import { SAMPLES } from './samples.ts';

describe('a check of many samples', () => {
  it('names every sample that fails, and why', () => {
    const samples = ['one', 'two', 'three', 'seven'].map((name) => ({ name, length: name.length }));
    const failures = failuresOf(samples, ({ length }) => expect(length).toBe(3));
    expect(failures).toEqual([
      expect.stringMatching(/^three: [\s\S]*Expected: 3[\s\S]*Received: 5/),
      expect.stringMatching(/^seven: /),
    ]);
  });

  it('is made of the pages in all their states, of which there are many', () => {
    expect(SAMPLES.length).toBeGreaterThan(200);
  });
});
