import type { ClientEventEntry } from '../events/client-event.ts';
import { clientTypeOf } from './event-types.ts';
import type { WebhookQueueing } from './webhook-queueing.ts';

/** What the operator did to clients, written by the script of each change. */
export interface ClientEvents {
  /** What is not queued yet, oldest first. @returns `ids` of all of these, also of what cannot be read any more */
  list(): Promise<{ entries: ClientEventEntry[]; ids: string[] }>;
  forget(ids: readonly string[]): Promise<void>;
}

/** In a full queue all about clients count as about one account. */
const ABOUT = 'clients';

/** From what happened to clients to webhooks, at least once. */
export class ClientSweep {
  readonly #events: ClientEvents;
  readonly #queueing: WebhookQueueing;

  constructor(events: ClientEvents, queueing: WebhookQueueing) {
    this.#events = events;
    this.#queueing = queueing;
  }

  async sweep(): Promise<void> {
    const { entries, ids } = await this.#events.list();
    for (const { id, at, kind, clientId } of entries) {
      const data = { client: { client_id: clientId }, by: 'operator', sequence: id };
      await this.#queueing.add(ABOUT, id, { type: clientTypeOf(kind), at, data });
    }
    if (ids.length > 0) await this.#events.forget(ids);
  }
}
