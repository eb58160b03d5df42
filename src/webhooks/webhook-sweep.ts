/**
 * From events to webhooks. States of an event: written (by the script of its change), queued (with each receiver that it
 * concerns), noticed.
 */
import type { ActivityEntry } from '../events/event-store.ts';
import type { NoticeSource } from '../notices/notice-sweep.ts';
import { typeOf } from './event-types.ts';
import type { WebhookQueueing } from './webhook-queueing.ts';
import type { WebhookBody } from './webhook-receiver.ts';

/** How far receivers have been told of the events of an account. */
export interface NoticedEvents {
  unnoticed(accountId: string): Promise<UnnoticedEvents>;
  /** Its creation, and events up to this entry, are queued. */
  markNoticed(accountId: string, entryId?: string): Promise<void>;
}

interface UnnoticedEvents {
  /** Those that are not queued yet, oldest first. */
  readonly entries: ActivityEntry[];
  /** The newest of them, also where it cannot be read any more. */
  readonly last?: string;
  /** Some are lost, since so many came after them. */
  readonly dropped: boolean;
  /** When the account was created, milliseconds since 1970 by the store's clock, where that is not queued yet. */
  readonly created?: number;
}

/** Come before and after each entry of an account's stream. */
const [FIRST, LAST] = ['0-1', `${Number.MAX_SAFE_INTEGER}-0`];

interface WebhookSweepSettings {
  readonly events: NoticedEvents;
  readonly queueing: WebhookQueueing;
  /** Hears that events of an account were written over before they could be queued. */
  readonly onLost: () => void;
}

export class WebhookSweep implements NoticeSource {
  readonly #with: WebhookSweepSettings;

  constructor(settings: WebhookSweepSettings) {
    this.#with = settings;
  }

  async sweepAccount(accountId: string): Promise<boolean> {
    const { events, queueing, onLost } = this.#with;
    const { entries, last, dropped, created } = await events.unnoticed(accountId);
    if (dropped) onLost();
    if (created !== undefined) {
      const data = { account: accountId, by: 'owner', sequence: FIRST };
      await queueing.add(accountId, 'created', { type: 'account.created', at: created, data });
    }
    for (const entry of entries) {
      const type = typeOf(entry.event.kind);
      if (type)
        await queueing.add(accountId, entry.id, { type, at: entry.at, data: dataOf(accountId, entry) });
    }
    if (last || created !== undefined) await events.markNoticed(accountId, last);
    return last !== undefined || created !== undefined;
  }

  async tellClosed(accountId: string): Promise<void> {
    const data = { account: accountId, sequence: LAST };
    const body = { type: 'account.closed', at: Date.now(), data } as const;
    await this.#with.queueing.add(accountId, 'closed', body);
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
