/** The short forms of `npm run check:webhooks`. */
import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../../checks/check.ts';
import { crowd } from '../../checks/webhooks/crowd.ts';
import { Happenings } from '../../checks/webhooks/happenings.ts';
import { killedAt } from '../../checks/webhooks/killed.ts';
import { withWebhookWorld } from '../../checks/webhooks/webhook-world.ts';

const on = { random: new SeededRandom(3), say: () => {} };

describe('a server that is killed between a change and the maker’s backend (at every step, 66 times: npm run check:webhooks)', () => {
  it('leaves it to the next one: the backend hears of each, once or under one webhook-id, and of nothing else', async () => {
    const steps = ['queueNotice after', 'takeNotice after', 'taken'] as const;
    const { violations, figures } = await killedAt(steps, { events: 60, isShort: true }, on);
    expect(violations).toEqual([]);
    expect(figures['events']).toBeGreaterThanOrEqual(60);
  });
});

describe('a maker beside a receiver that hangs and one with many waiting', () => {
  it('hears of what happens while these still wait', async () => {
    await withWebhookWorld(['hangs', 'crowded', 'maker'], async (world) => {
      const { listener, stores } = world;
      listener.answers = { hangs: 'never', crowded: { after: 2000 } };
      await crowd(world, 300);
      await listener.asked('crowded', 2);
      const happenings = new Happenings(world);
      await happenings.happen();
      await listener.asked('hangs', 2);
      await happenings.happen();
      const taken = await listener.taken('maker', happenings.owed.size);
      expect(new Set(taken.map(({ type }) => type))).toEqual(
        new Set(['account.created', 'client.disabled', 'session.ended']),
      );
      // None of these has left its queue.
      expect(await stores.webhookQueues.count('webhook.hangs')).toBe(happenings.owed.size);
      expect(await stores.webhookQueues.count('webhook.crowded')).toBeGreaterThan(100);
    });
  });
});
