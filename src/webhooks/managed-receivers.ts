import { randomUUID } from 'node:crypto';
import { DeadLetterBook } from '../notices/dead-letter-book.ts';
import type { DeadLetters } from '../notices/dead-letters.ts';
import type { Delivered } from '../notices/delivered.ts';
import type { NoticeQueue } from '../notices/notice-queue.ts';
import type { ReceiverState, ReceiverStates } from '../notices/receiver-states.ts';
import { messageId, type WebhookDelivery } from './webhook-delivery.ts';
import { queueName, type WebhookBody, type WebhookReceiver } from './webhook-receiver.ts';

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

  /** What it has not taken; `undefined`: there is no such receiver. */
  lettersOf(id: string): DeadLetterBook<WebhookBody> | undefined {
    if (!this.#find(id)) return undefined;
    return new DeadLetterBook({
      letters: this.#with.queue,
      receiver: queueName(id),
      idOf: messageId,
      about: ({ type, at: happened }) => ({ type, happened }),
    });
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
