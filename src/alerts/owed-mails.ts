/**
 * Mails that owners are owed, and whose turn it is. A receiver is an account, or one mail by itself that nothing but
 * its sealed facts is left of. States: waiting for a time; held by the server that is writing to it; gone once
 * nothing is left to tell. A held turn whose server dies is another server's after a while.
 */
export type Urgency = 'critical' | 'notify';

/** Whose turn is taken first; `retry`: receivers to whom a mail failed before. */
export type TurnOf = Urgency | 'retry';

export interface OwedMail {
  readonly receiver: string;
  /** Facts of a mail by itself; '' for an account. */
  readonly sealed: string;
  /** Tries that failed. */
  readonly tries: number;
  /** Names this holder of the turn. */
  readonly hold: string;
}

/** When the next mail may go, milliseconds since 1970 by the store's clock; in the past: at once. */
export interface NextTimes {
  readonly critical: number;
  readonly notify: number;
}

export interface OwedMailStore {
  /** Resolves when the mail will be sent whatever becomes of this server. Owing twice is owing once. */
  owe(receiver: string, mail: { urgency: Urgency; notBefore?: number; sealed?: string }): Promise<void>;
  /** Takes the turn of the receiver that has waited longest, of the first of these kinds that has one. */
  take(kinds: readonly TurnOf[]): Promise<OwedMail | undefined>;
  /** Call it while a mail takes long, at least every 10 seconds. */
  keep(owed: OwedMail): Promise<void>;
  /** @param left what is still to be told, and when it may be */
  end(owed: OwedMail, left?: { urgency: Urgency | undefined; next: NextTimes }): Promise<void>;
  /** @param pause milliseconds before the next try */
  fail(owed: OwedMail, pause: number): Promise<void>;
  /** How many receivers wait or are being written to. */
  count(): Promise<number>;
}
