import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../../checks/check.ts';
import { fuzz } from './fuzz/fuzz.ts';

/** Milliseconds; the event loop belongs to every device that polls. */
const MAX_STALL = 100;

/** 2,000 requests with a fixed seed; `npm run check:fuzz` sends 20,000 with a new one. */
describe('random and mutated requests to every route', () => {
  it('are answered with a standard error or a readable page, never 5xx, and hold no other request up', async () => {
    const report = await fuzz(new SeededRandom(20_000), 2000);
    expect(report.errors).toEqual([]);
    expect(report.longestStall).toBeLessThan(MAX_STALL);
    expect(report.routes).toBeGreaterThan(30);
    // They come through to what is behind the first checks: pages are shown, and refused for many reasons.
    for (const status of [200, 201, 303, 400, 403, 404, 405, 413])
      expect(report.statuses).toHaveProperty(`${status}`);
  });
});
