import { randomId } from '../../test/support/test-stores.ts';
import type { WebhookWorld } from './webhook-world.ts';

const AT_ONCE = 100;

/** Puts so many where they wait for the crowded receiver, as if they had come in a while in which it was away. */
export async function crowd({ stores }: WebhookWorld, count: number): Promise<void> {
  const body = { type: 'device.renamed', at: Date.now(), data: { account: 'a', sequence: '1-0' } } as const;
  const add = (end: number) =>
    stores.webhookQueues.add('webhook.crowded', { accountId: randomId(), end: String(end), body });
  for (let first = 0; first < count; first += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => add(first + index)));
}
