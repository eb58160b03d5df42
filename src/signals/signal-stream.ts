/** What one receiver, a client, has asked to hear of, and how. There is one for each client. */
export interface StreamSettings {
  readonly clientId: string;
  /** Random, and never that of another one: also the name of its queue. */
  readonly id: string;
  /** URIs of the events that it has asked for, known here or not; `undefined`: of all. */
  readonly requested?: readonly string[] | undefined;
  readonly delivery: StreamDelivery;
  readonly description?: string | undefined;
  readonly status: StreamStatus;
  /** Why its receiver has changed the status. */
  readonly reason?: string | undefined;
}

/** `paused`: what happens waits; `disabled`: it is not told. */
export type StreamStatus = 'enabled' | 'paused' | 'disabled';

export type StreamDelivery =
  | { readonly method: 'poll' }
  /** `authorization`: goes out with each event, and is told to no other client. */
  | { readonly method: 'push'; readonly url: string; readonly authorization?: string | undefined };

export interface SignalStream extends StreamSettings {
  /** Changes with every change. */
  readonly version: string;
  /** It hears of what has happened since, milliseconds since 1970 by the store's clock. */
  readonly since: number;
}

/** As each server finds them, with the next look after a change. */
export interface SignalStreamStore {
  all(): Promise<readonly SignalStream[]>;
  /**
   * Makes a stream, or replaces the one that was read.
   * @param replaces version that was read; absent: there must be none of this client
   */
  write(stream: StreamSettings, replaces?: string): Promise<StreamWriting>;
  /** Twice is once. */
  remove(clientId: string): Promise<void>;
}

/** `changed`: by another request since it was read; `exists`: the client has one; `full`: there are as many as may be. */
export type StreamWriting = 'written' | 'changed' | 'gone' | 'exists' | 'full';

/** Each has a queue that every server looks at. */
export const MAX_STREAMS = 100;

/** The queue of a stream. */
export const queueName = (streamId: string) => `ssf.${streamId}`;
