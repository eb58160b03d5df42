import { stripVTControlCharacters } from 'node:util';
import { expect, it } from '@jest/globals';

interface Sample {
  readonly name: string;
}

/**
 * One test for a check that many samples have to pass: the number of tests counts checks, and the title says of how many
 * samples. Where it fails, all samples that do are named, each with its reason.
 */
export function itHoldsFor<S extends Sample>(
  samples: readonly S[],
  check: string,
  expectation: (sample: S) => void,
): void {
  it(`${check} (${samples.length} samples)`, () => {
    expect(samples.length).toBeGreaterThan(0);
    expect(failuresOf(samples, expectation)).toEqual([]);
  });
}

/** Each failing sample with what was expected of it. */
export function failuresOf<S extends Sample>(
  samples: readonly S[],
  expectation: (sample: S) => void,
): string[] {
  return samples.flatMap((sample) => {
    try {
      expectation(sample);
      return [];
    } catch (error) {
      return [`${sample.name}: ${stripVTControlCharacters((error as Error).message)}`];
    }
  });
}
