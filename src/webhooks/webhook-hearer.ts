import type { ActivityEntry } from '../events/event-store.ts';
import type { EventHearer } from '../notices/event-sweep.ts';
import { typeOf } from './event-types.ts';
import type { WebhookQueueing } from './webhook-queueing.ts';
import type { WebhookBody } from './webhook-receiver.ts';

/** Come before and after each entry of an account's stream. */
const [FIRST, LAST] = ['0-1', `${Number.MAX_SAFE_INTEGER}-0`];

/** From events of accounts to webhooks. */
export class WebhookHearer implements EventHearer {
  readonly #queueing: WebhookQueueing;

  constructor(queueing: WebhookQueueing) {
    this.#queueing = queueing;
  }

  async hearCreated(accountId: string, at: number): Promise<void> {
    const data = { account: accountId, by: 'owner', sequence: FIRST };
    await this.#queueing.add(accountId, 'created', { type: 'account.created', at, data });
  }

  async hear(accountId: string, entries: readonly ActivityEntry[]): Promise<void> {
    for (const entry of entries) {
      const type = typeOf(entry.event.kind);
      if (!type) continue;
      const body = { type, at: entry.at, data: dataOf(accountId, entry) };
      await this.#queueing.add(accountId, entry.id, body);
    }
  }

  async hearClosed(accountId: string): Promise<void> {
    const data = { account: accountId, sequence: LAST };
    const body = { type: 'account.closed', at: Date.now(), data } as const;
    await this.#queueing.add(accountId, 'closed', body);
  }
}

/** Ids alone: no name, email, address or browser, which a receiver could keep. */
function dataOf(accountId: string, { id, event, device }: ActivityEntry): WebhookBody['data'] {
  const { subject, by } = event;
  const about = (type: WebhookThing, fields: object) => (subject?.type === type ? fields : {});
  return {
    account: accountId,
    by,
    sequence: id,
    ...about('device', { device: { id: subject?.id, client_id: device?.['clientId'] } }),
    ...about('app', { app: { client_id: subject?.id } }),
    ...about('browser', { session: { id: subject?.id } }),
  };
}

type WebhookThing = 'device' | 'app' | 'browser';
