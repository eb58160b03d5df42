import { DeadLetterBook } from '../notices/dead-letter-book.ts';
import type { DeadLetters } from '../notices/dead-letters.ts';
import type { FetchedQueue, NoticeQueue } from '../notices/notice-queue.ts';
import type { ReceiverState, ReceiverStates } from '../notices/receiver-states.ts';
import { jtiOf, type SignalBody } from './signal-body.ts';
import { queueName, type SignalStream, type SignalStreamStore, type StreamStatus } from './signal-stream.ts';
import { endStream } from './stream-ending.ts';
import { standingOf, tellEnabled, tellPaused, updatesName } from './stream-standing.ts';

/** A stream as the operator sees it. Times are milliseconds since 1970. */
export interface ShownStream {
  readonly clientId: string;
  readonly id: string;
  readonly method: 'push' | 'poll';
  /** Where events are pushed to: no more of the address, which may hold a secret. */
  readonly host: string | undefined;
  readonly description: string | undefined;
  readonly status: StreamStatus;
  readonly reason: string | undefined;
  /** URIs; `undefined`: of all. */
  readonly requested: readonly string[] | undefined;
  readonly since: number;
  readonly waiting: number;
  /** Since when the one waits that has waited longest. */
  readonly oldest: number | undefined;
  readonly dead: number;
  readonly state: ReceiverState;
}

interface SupervisedStreamsParts {
  readonly streams: Pick<SignalStreamStore, 'all' | 'remove'>;
  readonly states: ReceiverStates;
  readonly queue: Pick<NoticeQueue<SignalBody>, 'add' | 'count' | 'oldest'> &
    Pick<FetchedQueue<SignalBody>, 'clear'> &
    DeadLetters<SignalBody>;
}

/** What the operator sees and does of streams, each named by its client: the same for the tool, the Admin API and the console. */
export class SupervisedStreams {
  readonly #with: SupervisedStreamsParts;

  constructor(parts: SupervisedStreamsParts) {
    this.#with = parts;
  }

  /**
   * By the ids of their clients.
   * @param after the client of the last of the page before
   */
  async list(most = Number.POSITIVE_INFINITY, after = ''): Promise<ShownStream[]> {
    const all = (await this.#with.streams.all()).filter(({ clientId }) => clientId > after);
    const page = all.sort((one, other) => (one.clientId < other.clientId ? -1 : 1)).slice(0, most);
    const known = await this.#with.states.all();
    return Promise.all(page.map((stream) => this.#shown(stream, known.get(stream.id) ?? {})));
  }

  async show(clientId: string): Promise<ShownStream | undefined> {
    const stream = await this.#find(clientId);
    return stream && this.#shown(stream, await this.#with.states.of(stream.id));
  }

  /** What happens waits, until the operator enables it: its receiver cannot. @returns as `enable` */
  async pause(clientId: string): Promise<boolean | undefined> {
    const { states, queue } = this.#with;
    const stream = await this.#find(clientId);
    if (!stream) return undefined;
    const changed = await states.switch(stream.id, 'off');
    const { off } = await states.of(stream.id);
    // Also where it was paused before: who did that may not have come as far as this.
    if (off && stream.status === 'enabled') await tellPaused(queue, stream.id, off);
    return changed;
  }

  /**
   * Ends a pause of the operator's or of this server's; what its receiver has paused or disabled is the receiver's.
   * @returns whether it was otherwise before; `undefined`: there is none
   */
  async enable(clientId: string): Promise<boolean | undefined> {
    const { states, queue } = this.#with;
    const stream = await this.#find(clientId);
    if (!stream) return undefined;
    const { off } = await states.of(stream.id);
    if (!off) return false;
    // Before it goes on, so that it is told whatever becomes of this server.
    if (stream.status === 'enabled') await tellEnabled(queue, stream.id, off);
    await queue.clear(updatesName(stream.id));
    return states.switch(stream.id, 'on');
  }

  /** With all that waits; its client may make a new one. @returns whether there was one */
  async remove(clientId: string): Promise<boolean> {
    const stream = await this.#find(clientId);
    if (stream) await endStream(stream, this.#with);
    return stream !== undefined;
  }

  /** What was given up or refused; `undefined`: there is no such stream. */
  async lettersOf(clientId: string): Promise<DeadLetterBook<SignalBody> | undefined> {
    const stream = await this.#find(clientId);
    if (!stream) return undefined;
    return new DeadLetterBook({
      letters: this.#with.queue,
      receiver: queueName(stream.id),
      idOf: (noticeId) => jtiOf(stream.id, noticeId),
      about: ({ event, issued }) => ({ type: event, happened: issued * 1000 }),
    });
  }

  async #find(clientId: string): Promise<SignalStream | undefined> {
    return (await this.#with.streams.all()).find((stream) => stream.clientId === clientId);
  }

  async #shown(stream: SignalStream, state: ReceiverState): Promise<ShownStream> {
    const { clientId, id, delivery, description, requested, since } = stream;
    const { queue } = this.#with;
    const name = queueName(id);
    const [waiting, oldest, dead] = await Promise.all([
      queue.count(name),
      queue.oldest(name),
      queue.countDead(name),
    ]);
    const { status, reason } = standingOf(stream, state);
    const host = delivery.method === 'push' ? new URL(delivery.url).host : undefined;
    return {
      ...{ clientId, id, method: delivery.method, host, description, status, reason },
      ...{ requested, since, waiting, oldest, dead, state },
    };
  }
}
