/** The short form of `npm run check:signals`. */
import { expect, it } from '@jest/globals';
import { SeededRandom } from '../../checks/check.ts';
import { killedAt } from '../../checks/signals/killed.ts';

const on = { random: new SeededRandom(3), say: () => {} };

it('of what happened while the server or Redis was killed, receivers hear each event, verified, and none that did not happen (at every step: npm run check:signals)', async () => {
  const kills = [
    ['server', 'takeNotice after'],
    ['Redis', 'queueNotice after'],
  ] as const;
  const { violations, figures } = await killedAt(kills, { events: 24, isShort: true }, on);
  expect(violations).toEqual([]);
  expect(figures).toMatchObject({ 'kills of the server': 1, 'kills of Redis': 1 });
  expect(figures['events']).toBeGreaterThanOrEqual(24);
});
