import { setTimeout as sleep } from 'node:timers/promises';
import type { FetchedQueue, TakenNotice } from '../notices/notice-queue.ts';
import { claimsOf, type EventTokens, jtiOf, noticeOf, type SignalBody } from './signal-body.ts';
import { reasonOf } from './signal-refusal.ts';
import { queueName, type SignalStream } from './signal-stream.ts';
import { invalid } from './signals-refused.ts';
import type { PollRequest } from './stream-requests.ts';
import { isUpdate, updatesName } from './stream-standing.ts';

/** Events in one answer. */
const MAX_EVENTS = 100;
/** Milliseconds that a poll waits for an event. */
const HELD = 20_000;
/** Milliseconds between looks meanwhile. */
const LOOK_PAUSE = 500;
/** Polls of one stream that wait at once, at one server; one more is answered at once. */
const MAX_HELD = 2;

interface SignalPollsParts {
  readonly issuer: string;
  readonly queue: FetchedQueue<SignalBody>;
  readonly tokens: EventTokens;
  /** As it is now; `undefined`: it is gone. */
  readonly current: (stream: SignalStream) => Promise<SignalStream | undefined>;
  /** Whether the operator or this server has paused it. */
  readonly isOff: (streamId: string) => Promise<boolean>;
  /** Hears that a receiver has taken something. */
  readonly onTaken: (streamId: string) => Promise<void>;
  /** Hears of what a receiver has refused, and of how many it got and took. */
  readonly onOutcome: (told: PollOutcome) => void;
  /** The server is about to stop: polls that wait are answered. */
  readonly stopping: AbortSignal;
}

/** `fetched`: it was given to the receiver, which has not said yet that it has it. */
interface PollOutcome {
  readonly client: string;
  readonly outcome: 'fetched' | 'sent' | 'refused';
  readonly count: number;
}

interface PollAnswer {
  readonly sets: Readonly<Record<string, string>>;
  readonly moreAvailable: boolean;
}

/**
 * Delivery by polling (RFC 8936). An event that was given out is given out again a minute later, unless its receiver has
 * said meanwhile that it has it, or that it will not have it.
 */
export class SignalPolls {
  readonly #with: SignalPollsParts;
  readonly #held = new Map<string, number>();

  constructor(parts: SignalPollsParts) {
    this.#with = parts;
  }

  /**
   * @param gone its receiver has hung up
   * @throws SignalsRefused
   */
  async poll(stream: SignalStream, asked: PollRequest, gone: AbortSignal): Promise<PollAnswer> {
    if (stream.delivery.method !== 'poll') throw invalid('Events of this stream are pushed');
    await this.#settle(stream, asked);
    const most = Math.min(asked.maxEvents ?? MAX_EVENTS, MAX_EVENTS);
    const taken = await this.#taken(stream, most, asked.returnImmediately ?? false, gone);
    const audience = { issuer: this.#with.issuer, clientId: stream.clientId, streamId: stream.id };
    const signed = await Promise.all(
      taken.map(async (one) => [
        jtiOf(stream.id, one.id),
        await this.#with.tokens.sign(claimsOf(one, audience)),
      ]),
    );
    this.#tell(stream, 'fetched', signed.length);
    const queue = taken.length === most ? await this.#queueOf(stream) : undefined;
    const moreAvailable = queue !== undefined && (await this.#with.queue.areDue(queue));
    return { sets: Object.fromEntries(signed) as Record<string, string>, moreAvailable };
  }

  async #settle(stream: SignalStream, { ack = [], setErrs = {} }: PollRequest): Promise<void> {
    const noticesOf = (jtis: readonly string[]) =>
      [...new Set(jtis)].flatMap((jti) => {
        const id = noticeOf(stream.id, jti);
        return id === undefined ? [] : [{ jti, id }];
      });
    const refused = noticesOf(Object.keys(setErrs)).map(({ jti, id }) => ({
      id,
      refused: reasonOf(setErrs[jti]?.err),
    }));
    const settled = [...noticesOf(ack).map(({ id }) => ({ id })), ...refused];
    await this.#with.queue.settle(queueName(stream.id), settled);
    const updates = settled.filter(({ id }) => isUpdate(id));
    await this.#with.queue.settle(updatesName(stream.id), updates);
    if (settled.length > refused.length) await this.#with.onTaken(stream.id);
    this.#tell(stream, 'sent', settled.length - refused.length);
    this.#tell(stream, 'refused', refused.length);
  }

  #tell({ clientId: client }: SignalStream, outcome: PollOutcome['outcome'], count: number): void {
    if (count > 0) this.#with.onOutcome({ client, outcome, count });
  }

  async #taken(
    stream: SignalStream,
    most: number,
    atOnce: boolean,
    gone: AbortSignal,
  ): Promise<TakenNotice<SignalBody>[]> {
    if (most === 0) return [];
    const found = await this.#take(stream, most);
    // Others may have begun to wait meanwhile.
    const held = this.#held.get(stream.id) ?? 0;
    if (found.length > 0 || atOnce || held >= MAX_HELD) return found;
    this.#held.set(stream.id, held + 1);
    try {
      return await this.#wait(stream, most, AbortSignal.any([gone, this.#with.stopping]));
    } finally {
      const left = (this.#held.get(stream.id) ?? 1) - 1;
      if (left > 0) this.#held.set(stream.id, left);
      else this.#held.delete(stream.id);
    }
  }

  async #wait(stream: SignalStream, most: number, ended: AbortSignal): Promise<TakenNotice<SignalBody>[]> {
    const until = performance.now() + HELD;
    while (!ended.aborted && performance.now() < until) {
      await sleep(LOOK_PAUSE, undefined, { signal: ended }).catch(() => undefined);
      if (ended.aborted) return [];
      const now = await this.#with.current(stream);
      if (now?.delivery.method !== 'poll') return [];
      const found = await this.#take(now, most);
      if (found.length > 0) return found;
    }
    return [];
  }

  async #take(stream: SignalStream, most: number): Promise<TakenNotice<SignalBody>[]> {
    const found: TakenNotice<SignalBody>[] = [];
    const queue = await this.#queueOf(stream);
    while (queue !== undefined && found.length < most) {
      const taken = await this.#with.queue.take(queue);
      if (!taken) break;
      found.push(taken);
    }
    return found;
  }

  /** What its receiver may be given now; `undefined`: it wants nothing. */
  async #queueOf({ id, status }: SignalStream): Promise<string | undefined> {
    if (status !== 'enabled') return undefined;
    return (await this.#with.isOff(id)) ? updatesName(id) : queueName(id);
  }
}
