import { describe, expect, it } from '@jest/globals';
import { Bench, type OpenStores, times } from './bench.ts';
import { RealCode } from './code-states.ts';

/** RFC 8628 section 3.5 and the design, section 7: base 5 s, 500 ms early are on time, `slow_down` adds 5 s. */
export function describePollPacing(open: OpenStores): void {
  describe('poll pacing', () => {
    const bench = new Bench(open);
    const ok = (interval: number) => ({ pace: 'wait', interval, state: 'pending' });
    const slowDown = (interval: number) => ({ pace: 'slow_down', interval, state: 'pending' });

    /** A code that was polled once just now. */
    const polledOnce = async () => {
      const code = await RealCode.pending(bench);
      expect(await code.poll()).toMatchObject(ok(5000));
      return code;
    };
    const pollAfter = async (code: RealCode, milliseconds: number) => {
      await code.elapse('polled', milliseconds);
      return code.poll();
    };

    it('the first poll is free, and up to 500 ms early counts as on time', async () => {
      const code = await polledOnce();
      expect(await pollAfter(code, 5000)).toMatchObject(ok(5000));
      expect(await pollAfter(code, 4500)).toMatchObject(ok(5000));
      expect(await pollAfter(code, 4300)).toMatchObject(slowDown(10_000));
    });

    it('a device that obeys recovers, and the longer interval stays', async () => {
      const code = await polledOnce();
      expect(await pollAfter(code, 1000)).toMatchObject(slowDown(10_000));
      expect(await pollAfter(code, 10_000)).toMatchObject(ok(10_000));
      expect(await pollAfter(code, 5000)).toMatchObject(slowDown(10_000));
      expect(await pollAfter(code, 5000)).toMatchObject(ok(10_000));
    });

    it('a device of fixed cadence recovers: an early poll does not move the last accepted one', async () => {
      const code = await polledOnce();
      expect(await pollAfter(code, 4000)).toMatchObject(slowDown(10_000));
      expect(await pollAfter(code, 4000)).toMatchObject(slowDown(10_000));
      expect(await pollAfter(code, 4000)).toMatchObject(ok(10_000));
    });

    it('the interval grows to a minute and never shrinks', async () => {
      const code = await polledOnce();
      const grown: (number | undefined)[] = [];
      for (let round = 0; round < 14; round += 1) grown.push((await code.poll())?.interval);
      const steps = Array.from({ length: 14 }, (_, i) => Math.min(10_000 + 5000 * i, 60_000));
      expect(grown).toEqual(steps);
    });

    it('exactly one of 16 polls at once is on time', async () => {
      const code = await RealCode.pending(bench);
      const paces = (await times(16, () => code.poll())).map((polled) => polled?.pace);
      expect(paces.filter((pace) => pace === 'wait')).toHaveLength(1);
    });

    it('an answer other than pending is never held back', async () => {
      for (const state of ['approved', 'denied', 'expired while pending', 'consumed'] as const) {
        const code = await RealCode.in(bench, state);
        const polled = await times(3, () => code.poll());
        expect(polled.map((answer) => answer?.pace)).toEqual(['ok', 'ok', 'ok']);
      }
    });

    it('polls of another client, and looks, count for nothing', async () => {
      const code = await polledOnce();
      expect(await code.poll('speaker')).toMatchObject({ pace: 'ok' });
      expect(await bench.stores.deviceCodes.find(code.deviceCode)).toMatchObject({ state: 'pending' });
      expect(await pollAfter(code, 4600)).toMatchObject(ok(5000));
    });
  });
}
