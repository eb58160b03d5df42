/**
 * From events to webhooks. States of an event: written (by the script of its change), queued (with each receiver that it
 * concerns), noticed. Receivers hear of what has happened since this server first knew them.
 */
import type { ActivityEntry } from '../events/event-store.ts';
import type { NoticeQueue } from '../notices/notice-queue.ts';
import type { NoticeSource } from '../notices/notice-sweep.ts';
import { typeOf } from './event-types.ts';
import { queueName, type WebhookBody, type WebhookReceiver } from './webhook-receiver.ts';

/** How far receivers have been told of the events of an account, and since when each receiver hears. */
export interface NoticedEvents {
  /** Events that are not queued yet, oldest first; `dropped`: some are lost, since so many came after them. */
  unnoticed(accountId: string): Promise<{ entries: ActivityEntry[]; last?: string; dropped: boolean }>;
  /** These, up to this entry, are queued. */
  markNoticed(accountId: string, entryId: string): Promise<void>;
  /** When a receiver was first asked for, milliseconds since 1970 by the store's clock. */
  since(receiverId: string): Promise<number>;
}

/** Comes after each entry of an account's stream. */
const LAST = `${Number.MAX_SAFE_INTEGER}-0`;

interface WebhookSweepSettings {
  readonly events: NoticedEvents;
  readonly queue: NoticeQueue<WebhookBody>;
  readonly receivers: readonly WebhookReceiver[];
  /** Hears of notices that had to leave a queue that was full. */
  readonly onDropped: (receiver: WebhookReceiver, dropped: number) => void;
  /** Hears that events of an account were written over before they could be queued. */
  readonly onLost: () => void;
}

export class WebhookSweep implements NoticeSource {
  readonly #with: WebhookSweepSettings;
  #since: Promise<ReadonlyMap<string, number>> | undefined;

  constructor(settings: WebhookSweepSettings) {
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

  async sweepAccount(accountId: string): Promise<boolean> {
    const { events, onLost } = this.#with;
    const { entries, last, dropped } = await events.unnoticed(accountId);
    if (dropped) onLost();
    for (const entry of entries) {
      const type = typeOf(entry.event.kind);
      if (type)
        await this.#queue(accountId, entry.id, { type, at: entry.at, data: dataOf(accountId, entry) });
    }
    if (last) await events.markNoticed(accountId, last);
    return last !== undefined;
  }

  async tellClosed(accountId: string): Promise<void> {
    await this.#queue(accountId, 'closed', {
      type: 'account.closed',
      at: Date.now(),
      data: { account: accountId, sequence: LAST },
    });
  }

  async #queue(accountId: string, end: string, body: WebhookBody): Promise<void> {
    const { queue, receivers, onDropped } = this.#with;
    await this.begin();
    const since = await this.#since;
    for (const receiver of receivers) {
      if (!isFor(receiver, body) || body.at < (since?.get(receiver.id) ?? 0)) continue;
      const dropped = await queue.add(queueName(receiver.id), { accountId, end, body });
      if (dropped > 0) onDropped(receiver, dropped);
    }
  }
}

function isFor({ types, clients }: WebhookReceiver, { type, data }: WebhookBody): boolean {
  const client = clientIn(data);
  return types.has(type) && (clients === undefined || client === undefined || clients.has(client));
}

const clientIn = ({ device, app }: WebhookBody['data']) =>
  ((device ?? app) as { client_id?: string } | undefined)?.client_id;

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
