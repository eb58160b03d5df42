import type { TakenNotice } from './notice-queue.ts';

/** Notices that their receiver has not taken in all of their tries, kept for a while so that they can be sent once more. */
export interface DeadLetters<Body> {
  /** It is tried no more. Nothing happens where another server holds it by now. */
  deadLetter(receiver: string, taken: TakenNotice<Body>, reason: string): Promise<void>;
  /** The newest first. */
  deadIds(receiver: string, page: DeadPage): Promise<string[]>;
  /** Of these; what cannot be read any more is left out. */
  deadOf(receiver: string, ids: readonly string[]): Promise<DeadNotice<Body>[]>;
  /**
   * They wait again, for all of their tries, under the name that they had. While the queue is full they stay where they are.
   * @returns how many of them wait
   */
  revive(receiver: string, ids: readonly string[]): Promise<number>;
  countDead(receiver: string): Promise<number>;
}

/** Times are of when they were given up, milliseconds since 1970. */
export interface DeadPage {
  readonly since?: number | undefined;
  /** And at it. */
  readonly before?: number | undefined;
  readonly most: number;
}

export interface DeadNotice<Body> {
  readonly id: string;
  readonly body: Body;
  readonly at: number;
  readonly tries: number;
  /** Why the last try failed; `crowded`: others had to have its place; `off`: the receiver was off. */
  readonly reason: string;
}
