import { randomBytes, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { replayWhere } from '../notices/dead-letter-book.ts';
import type { DeadLetters } from '../notices/dead-letters.ts';
import type { FetchedQueue } from '../notices/notice-queue.ts';
import type { ReceiverStates } from '../notices/receiver-states.ts';
import type { SignalBody } from './signal-body.ts';
import { isRefusal } from './signal-refusal.ts';
import {
  queueName,
  type SignalStream,
  type SignalStreamStore,
  type StreamSettings,
} from './signal-stream.ts';
import { VERIFICATION } from './signal-types.ts';
import { invalid, noStream, pausedByOperator, SignalsRefused } from './signals-refused.ts';
import { configurationOf, transmitterSays } from './stream-configuration.ts';
import { endStream } from './stream-ending.ts';
import { type AskedStream, deliveryOf, type StatusRequest, type VerifyRequest } from './stream-requests.ts';
import { standingOf, updatesName } from './stream-standing.ts';

/** Tries of a change that others change meanwhile. */
const TRIES = 5;

interface ManagedStreamsParts {
  readonly issuer: string;
  readonly streams: SignalStreamStore;
  readonly states: Pick<ReceiverStates, 'of' | 'switch' | 'forget'>;
  readonly queue: Pick<FetchedQueue<SignalBody>, 'add' | 'clear'> & DeadLetters<SignalBody>;
  /** Why an address may not be called, as far as that is known of its text. */
  readonly refusalOf: (address: string) => string | undefined;
  /** Whether there is such a client still, also one that is disabled. */
  readonly isRegistered: (clientId: string) => Promise<boolean>;
}

type Configuration = Readonly<Record<string, unknown>>;

/** What a receiver does with its own stream: it sees, changes and ends no other. */
export class ManagedStreams {
  readonly #with: ManagedStreamsParts;

  constructor(parts: ManagedStreamsParts) {
    this.#with = parts;
  }

  /** @throws SignalsRefused where this client has none */
  async of(clientId: string, streamId: string): Promise<SignalStream> {
    const found = await this.#find(clientId);
    if (found?.id !== streamId) throw noStream();
    return found;
  }

  async list(clientId: string): Promise<Configuration[]> {
    const found = await this.#find(clientId);
    return found ? [configurationOf(found, this.#with.issuer)] : [];
  }

  /** @throws SignalsRefused */
  async create(clientId: string, asked: AskedStream): Promise<Configuration> {
    const id = randomBytes(16).toString('base64url');
    const stream: StreamSettings = { ...this.#asked(asked), clientId, id, status: 'enabled' };
    const write = () => this.#with.streams.write(stream);
    let written = await write();
    if (written === 'full' && (await this.#forgetGone())) written = await write();
    if (written === 'exists')
      throw new SignalsRefused(
        409,
        'stream_exists',
        'This client has a stream: change it, or delete it first',
      );
    if (written !== 'written')
      throw new SignalsRefused(503, 'temporarily_unavailable', 'There are as many streams as may be', {
        'Retry-After': '3600',
      });
    return this.#shown(clientId, id);
  }

  /** What is not said stays. @throws SignalsRefused */
  update(clientId: string, asked: AskedStream & { stream_id: string }): Promise<Configuration> {
    return this.#change(clientId, asked.stream_id, (stream) => {
      this.#requireSame(stream, asked);
      const now = this.#asked(asked);
      return {
        ...stream,
        ...(asked.events_requested && { requested: now.requested }),
        ...(asked.description !== undefined && { description: now.description }),
        ...(asked.delivery && { delivery: now.delivery }),
      };
    });
  }

  /** What is not said is as in a new one. @throws SignalsRefused */
  replace(clientId: string, asked: AskedStream & { stream_id: string }): Promise<Configuration> {
    return this.#change(clientId, asked.stream_id, (stream) => {
      this.#requireSame(stream, asked);
      const { status, reason, id } = stream;
      return { ...this.#asked(asked), clientId, id, status, reason };
    });
  }

  /** With all that waits for its receiver; a new one would hear again. @throws SignalsRefused */
  async remove(clientId: string, streamId: string): Promise<void> {
    const stream = await this.of(clientId, streamId);
    const { off } = await this.#with.states.of(streamId);
    if (off?.why === 'operator') throw pausedByOperator();
    await endStream(stream, this.#with);
  }

  async status(clientId: string, streamId: string): Promise<Configuration> {
    const stream = await this.of(clientId, streamId);
    const { status, reason } = standingOf(stream, await this.#with.states.of(streamId));
    return { stream_id: streamId, status, ...(reason !== undefined && { reason }) };
  }

  async setStatus(clientId: string, asked: StatusRequest): Promise<Configuration> {
    const { stream_id: id, status, reason } = asked;
    await this.of(clientId, id);
    if (status === 'enabled') await this.#resume(id);
    await this.#change(clientId, id, (stream) => ({ ...stream, status, reason }));
    // What waited while it was paused is not sent to one that wants nothing.
    if (status === 'disabled') await this.#with.queue.clear(queueName(id));
    // What its receiver could not be given while it was away, and has not refused.
    if (status === 'enabled')
      await replayWhere(this.#with.queue, queueName(id), (given) => !isRefusal(given));
    return this.status(clientId, id);
  }

  /** An event that says nothing has happened, to see whether events arrive. */
  async verify(clientId: string, { stream_id: id, state }: VerifyRequest): Promise<void> {
    const { status } = await this.of(clientId, id);
    if (status === 'disabled') throw invalid('The stream is disabled');
    await this.#with.queue.add(queueName(id), {
      accountId: 'stream',
      end: randomUUID(),
      body: {
        event: VERIFICATION,
        subject: { format: 'opaque', id },
        fields: state === undefined ? {} : { state },
        issued: Math.floor(Date.now() / 1000),
      },
    });
  }

  /** A receiver that says that it is back ends what its silence has begun, and nothing of the operator's. */
  async #resume(id: string): Promise<void> {
    const { states, queue } = this.#with;
    await states.switch(id, 'on', 'silent');
    if ((await states.of(id)).off) throw pausedByOperator();
    await queue.clear(updatesName(id));
  }

  async #find(clientId: string): Promise<SignalStream | undefined> {
    return (await this.#with.streams.all()).find((stream) => stream.clientId === clientId);
  }

  #asked({ events_requested: requested, description, delivery }: AskedStream) {
    return { requested, description, delivery: deliveryOf(delivery, this.#with.refusalOf) };
  }

  /** Section 8.1.1.3: what is ours may be repeated. */
  #requireSame(stream: StreamSettings, asked: AskedStream): void {
    for (const [name, value] of Object.entries(transmitterSays(stream, this.#with.issuer)))
      if (Object.hasOwn(asked, name) && !isDeepStrictEqual(asked[name], value))
        throw invalid(`${name}: is not changed by a receiver`);
  }

  async #change(
    clientId: string,
    streamId: string,
    changed: (stream: StreamSettings) => StreamSettings,
  ): Promise<Configuration> {
    for (let left = TRIES; left > 0; left -= 1) {
      const { version, since: _since, ...before } = await this.of(clientId, streamId);
      const written = await this.#with.streams.write(changed(before), version);
      if (written === 'written') return this.#shown(clientId, streamId);
    }
    throw new SignalsRefused(409, 'changed_meanwhile', 'The stream is being changed by others');
  }

  async #shown(clientId: string, streamId: string): Promise<Configuration> {
    return configurationOf(await this.of(clientId, streamId), this.#with.issuer);
  }

  /** Streams of clients that are gone give way to new ones. @returns whether there were any */
  async #forgetGone(): Promise<boolean> {
    const { streams, isRegistered } = this.#with;
    let gone = false;
    for (const stream of await streams.all()) {
      if (await isRegistered(stream.clientId)) continue;
      await endStream(stream, this.#with);
      gone = true;
    }
    return gone;
  }
}
