import { randomUUID } from 'node:crypto';
import type { DeadLetters, DeadNotice } from '../notices/dead-letters.ts';
import type { Delivered } from '../notices/delivered.ts';
import type { NoticeQueue } from '../notices/notice-queue.ts';
import type { ReceiverState, ReceiverStates } from '../notices/receiver-states.ts';
import { messageId, type WebhookDelivery } from './webhook-delivery.ts';
import { queueName, type WebhookBody, type WebhookReceiver } from './webhook-receiver.ts';

/** As many as are kept of one receiver. */
const ALL = 10_000;

export interface ShownReceiver {
  readonly id: string;
  /** Without what may be a secret in it. */
  readonly url: string;
  readonly types: readonly string[];
  readonly clients: readonly string[] | undefined;
  /** Since when it hears, milliseconds since 1970. */
  readonly since: number;
  readonly waiting: number;
  readonly dead: number;
  readonly state: ReceiverState;
}

/** What a receiver has not taken. */
export interface DeadWebhook extends Omit<DeadNotice<WebhookBody>, 'body' | 'id'> {
  /** `webhook-id` of each try. */
  readonly id: string;
  readonly body: WebhookBody;
}

/** Where a list of them goes on. */
export type DeadPlace = Pick<DeadWebhook, 'id' | 'at'>;

/** Which dead letters are sent once more: all, those given up since a time, or these. */
export type Replayed = { readonly since?: number | undefined } | { readonly ids: readonly string[] };

interface ManagedReceiversParts {
  readonly receivers: readonly WebhookReceiver[];
  readonly states: ReceiverStates;
  readonly queue: Pick<NoticeQueue<WebhookBody>, 'count'> & DeadLetters<WebhookBody>;
  readonly events: { since(receiverId: string): Promise<number> };
  readonly delivery: Pick<WebhookDelivery, 'send'>;
}

/** What the operator sees and does of receivers: the same for the tool and the Admin API. */
export class ManagedReceivers {
  readonly #with: ManagedReceiversParts;

  constructor(parts: ManagedReceiversParts) {
    this.#with = parts;
  }

  async list(): Promise<ShownReceiver[]> {
    const { receivers, states } = this.#with;
    const known = await states.all();
    return Promise.all(receivers.map((receiver) => this.#shown(receiver, known.get(receiver.id) ?? {})));
  }

  async show(id: string): Promise<ShownReceiver | undefined> {
    const receiver = this.#find(id);
    return receiver && this.#shown(receiver, (await this.#with.states.all()).get(id) ?? {});
  }

  /** One try, now, also to one that is off: nothing is written, and nothing is tried again. */
  async ping(id: string): Promise<Delivered | undefined> {
    const receiver = this.#find(id);
    const body = { type: 'ping', at: Date.now(), data: { receiver: id } } as const;
    return receiver && this.#with.delivery.send(receiver, { id: `ping.${randomUUID()}`, body });
  }

  /** @returns whether it was otherwise before; `undefined`: there is none */
  async switch(id: string, to: 'on' | 'off'): Promise<boolean | undefined> {
    return this.#find(id) && this.#with.states.switch(id, to);
  }

  /**
   * The newest first.
   * @param after the last of the page before
   */
  async dead(id: string, most = ALL, after?: DeadPlace): Promise<DeadWebhook[] | undefined> {
    if (!this.#find(id)) return undefined;
    const { queue } = this.#with;
    // Many may be of one moment.
    const all = await queue.deadIds(queueName(id), { before: after?.at, most: ALL });
    const first = after ? all.findIndex((one) => messageId(one) === after.id) + 1 : 0;
    const found = await queue.deadOf(queueName(id), all.slice(first, first + most));
    return found.map((one) => ({ ...one, id: messageId(one.id) }));
  }

  /** The oldest first. @returns how many wait now; `undefined`: there is no such receiver */
  async replay(id: string, which: Replayed): Promise<number | undefined> {
    if (!this.#find(id)) return undefined;
    const { queue } = this.#with;
    const since = 'since' in which ? which.since : undefined;
    const all = (await queue.deadIds(queueName(id), { since, most: ALL })).reverse();
    const wanted = 'ids' in which ? new Set(which.ids) : undefined;
    return queue.revive(queueName(id), wanted ? all.filter((one) => wanted.has(messageId(one))) : all);
  }

  #find(id: string): WebhookReceiver | undefined {
    return this.#with.receivers.find((one) => one.id === id);
  }

  async #shown({ id, url, types, clients }: WebhookReceiver, state: ReceiverState): Promise<ShownReceiver> {
    const { queue, events } = this.#with;
    const [since, waiting, dead] = await Promise.all([
      events.since(id),
      queue.count(queueName(id)),
      queue.countDead(queueName(id)),
    ]);
    const { origin, pathname } = new URL(url);
    const about = { id, url: `${origin}${pathname}`, types: [...types].sort() };
    return { ...about, clients: clients && [...clients], since, waiting, dead, state };
  }
}
