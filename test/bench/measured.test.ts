/** What README and docs/benchmark.md show was measured: one file of figures has all of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  FIGURES,
  type Measured,
  PICTURE,
  pictureOf,
  SCALE,
  TABLE,
  TAIL,
  withFigures,
} from '../../bench/measured.ts';
import { withScale } from '../../bench/scale.ts';
import { type Tail, withTail } from '../../bench/tail-figures.ts';

const read = (file: string) => readFileSync(join(import.meta.dirname, '../..', file), 'utf8');

describe('who reads how fast it is', () => {
  const measured = JSON.parse(read(FIGURES)) as Measured;

  it('sees in README the picture of the figures that are kept', () => {
    expect(read('README.md')).toContain(`<img src="${PICTURE}"`);
    expect(read(PICTURE)).toBe(pictureOf(measured));
  });

  it('sees the same figures in the table', () => {
    const page = read(TABLE);
    expect(withFigures(page, measured)).toBe(page);
    expect(page).toContain('| pending poll | Latchkey |');
  });

  it('sees how long the slowest hundredth waits', () => {
    const page = read(TABLE);
    const tail = JSON.parse(read(TAIL)) as Tail;
    expect(withTail(page, tail)).toBe(page);
    expect(page).toContain('| bare floor | ');
    const [one] = tail.waits.latchkey ?? [];
    if (!one) throw new Error('Latchkey was not asked');
    const slower = withTail(page, { ...tail, waits: { latchkey: [{ ...one, p99: 1234 }] } });
    expect(slower).toContain('1234.0 (1234.0 … 1234.0)');
    expect(() => withTail('no marks', tail)).toThrow('no place');
  });

  it('sees how many devices they serve', () => {
    const page = read(SCALE);
    expect(withScale(page, measured)).toBe(page);
    const twice = measured.results.map((result) => ({
      ...result,
      costs: {
        latchkey: (result.costs.latchkey ?? []).map((cost) => ({ ...cost, server: cost.server * 2 })),
      },
    }));
    expect(withScale(page, { ...measured, results: twice })).not.toBe(page);
    expect(() => withScale('no marks', measured)).toThrow('no place');
  });

  it('would see others after another measurement', () => {
    const page = read(TABLE);
    expect(withFigures(page, { ...measured, day: '2031-01-01' })).not.toBe(page);
    expect(() => withFigures('no marks', measured)).toThrow('no place');
  });
});
