import type { NoticeQueue } from '../notices/notice-queue.ts';
import { queueName, type WebhookBody, type WebhookReceiver } from './webhook-receiver.ts';

interface WebhookQueueingSettings {
  /** @property since when a receiver was first asked for, milliseconds since 1970 by the store's clock */
  readonly events: { since(receiverId: string): Promise<number> };
  readonly queue: NoticeQueue<WebhookBody>;
  readonly receivers: readonly WebhookReceiver[];
  /** Hears that something is queued. */
  readonly onQueued: () => void;
  /** Hears of notices that had to leave a queue that was full. */
  readonly onDropped: (receiver: WebhookReceiver, dropped: number) => void;
}

/** Puts a webhook in the queue of each receiver that it concerns. Receivers hear of what has happened since this server first knew them. */
export class WebhookQueueing {
  readonly #with: WebhookQueueingSettings;
  #since: Promise<ReadonlyMap<string, number>> | undefined;

  constructor(settings: WebhookQueueingSettings) {
    this.#with = settings;
  }

  /** From now on receivers hear. */
  async begin(): Promise<void> {
    const { events, receivers } = this.#with;
    this.#since ??= Promise.all(receivers.map(async ({ id }) => [id, await events.since(id)] as const)).then(
      (pairs) => new Map(pairs),
    );
    await this.#since.catch((error: unknown) => {
      this.#since = undefined;
      throw error;
    });
  }

  /** Whether any receiver hears of such. */
  hears(type: WebhookBody['type']): boolean {
    return this.#with.receivers.some(({ types }) => types.has(type));
  }

  /**
   * Twice is once.
   * @param about the account, or what else shares its place in a full queue
   * @param end names it among those
   */
  async add(about: string, end: string, body: WebhookBody): Promise<void> {
    const { queue, receivers, onQueued, onDropped } = this.#with;
    await this.begin();
    const since = await this.#since;
    let isQueued = false;
    for (const receiver of receivers) {
      if (!isFor(receiver, body) || body.at < (since?.get(receiver.id) ?? 0)) continue;
      const dropped = await queue.add(queueName(receiver.id), { accountId: about, end, body });
      if (dropped > 0) onDropped(receiver, dropped);
      isQueued = true;
    }
    if (isQueued) onQueued();
  }
}

function isFor({ types, clients }: WebhookReceiver, { type, data }: WebhookBody): boolean {
  const client = clientIn(data);
  return types.has(type) && (clients === undefined || client === undefined || clients.has(client));
}

const clientIn = ({ device, app, client }: WebhookBody['data']) =>
  ((device ?? app ?? client) as { client_id?: string } | undefined)?.client_id;
