/**
 * Notices that wait for those who are to hear them: a queue for each receiver, so that one that is down holds up no
 * other. States of a notice: waiting for a time; held by the server that is sending it; gone. A held one whose server
 * dies is another server's after a while. At least once, and in no order.
 */
export interface NoticeQueue<Body> {
  /**
   * Resolves when the notice will be sent whatever becomes of this server. Queueing twice is queueing once.
   * @param receiver name of its queue
   * @returns how many others had to leave for it
   */
  add(receiver: string, notice: Notice<Body>): Promise<number>;
  /** Takes the notice that has waited longest for its time. */
  take(receiver: string): Promise<TakenNotice<Body> | undefined>;
  /** The receiver has heard it, or never will. */
  end(receiver: string, taken: Held): Promise<void>;
  /** @param pause milliseconds before the next try */
  fail(receiver: string, taken: Held, pause: number): Promise<void>;
  /** How many wait or are being sent. */
  count(receiver: string): Promise<number>;
  /** Since when the oldest of them does, milliseconds since 1970 by the store's clock. */
  oldest(receiver: string): Promise<number | undefined>;
}

export interface Notice<Body> {
  /** The account that it is about. */
  readonly accountId: string;
  /** Names it among those about its account. */
  readonly end: string;
  /** What is kept of it, sealed. */
  readonly body: Body;
  /** Of one that stands for all about the account, where so many of them wait; `undefined`: none can. */
  readonly all?: Body | undefined;
}

/** Names a notice, and the one who holds it. */
export interface Held {
  readonly id: string;
  readonly hold: string;
}

export interface TakenNotice<Body> extends Held {
  readonly accountId: string;
  readonly body: Body;
  /** Tries that failed. */
  readonly tries: number;
}

/** What a receiver that fetches its notices says of one. */
export interface NoticeSettled {
  readonly id: string;
  /** Why it does not take it; absent: it has taken it. */
  readonly refused?: string | undefined;
}

/** Of receivers that fetch their notices, several at a time. */
export interface FetchedQueue<Body> extends Pick<NoticeQueue<Body>, 'add' | 'take'> {
  /** They leave, or are kept as given up. What is not there any more is passed over. */
  settle(receiver: string, outcomes: readonly NoticeSettled[]): Promise<void>;
  /** Whether one can be taken now. */
  areDue(receiver: string): Promise<boolean>;
  /** All leave. */
  clear(receiver: string): Promise<void>;
}
