import { describe, expect, it } from '@jest/globals';
import { highestHeld } from '../../bench/held-rate.ts';

describe('who reads how many polls a server holds', () => {
  it.each([1000, 9000, 10_000, 12_000, 40_000])(
    'reads a rate that was held, from a guess of %i on',
    async (guess) => {
      const asked: number[] = [];
      const isHeld = async (rate: number) => {
        asked.push(rate);
        return rate <= 10_000;
      };
      const highest = await highestHeld(isHeld, guess);
      expect(asked).toContain(highest);
      expect(highest).toBeLessThanOrEqual(10_000);
      expect(highest).toBeGreaterThan(9500);
    },
  );

  it('reads no less where one try was held up by something else', async () => {
    let tries = 0;
    const isHeld = async (rate: number) => {
      tries += 1;
      return tries % 2 === 0 && rate <= 10_000;
    };
    expect(await highestHeld(isHeld, 20_000)).toBeGreaterThan(9500);
  });

  it('is told where none is held', async () => {
    await expect(highestHeld(async () => false, 10_000)).rejects.toThrow('no end was found');
  });
});
