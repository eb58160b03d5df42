/**
 * Notices that wait for the apps that are to hear them: a queue for each receiver, so that one that is down holds up no
 * other. States of a notice: waiting for a time; held by the server that is sending it; gone. A held one whose server
 * dies is another server's after a while. At least once, and in no order.
 */
export interface NoticeQueue {
  /**
   * Resolves when the notice will be sent whatever becomes of this server. Queueing twice is queueing once.
   * @param receiver as `AppNames` has it
   * @returns how many others had to leave for it
   */
  add(receiver: string, notice: LogoutNotice): Promise<number>;
  /** Takes the notice that has waited longest for its time. */
  take(receiver: string): Promise<TakenNotice | undefined>;
  /** The receiver has heard it, or never will. */
  end(receiver: string, taken: TakenNotice): Promise<void>;
  /** @param pause milliseconds before the next try */
  fail(receiver: string, taken: TakenNotice, pause: number): Promise<void>;
  /** How many wait or are being sent. */
  count(receiver: string): Promise<number>;
}

/** What an app is told: that all of an owner's sign-ins have ended there, or one. */
export interface LogoutNotice {
  readonly accountId: string;
  /** Names the end among those of its account. */
  readonly end: string;
  /** `undefined`: all of them. */
  readonly sid: string | undefined;
  /** The receiver can make nothing of a notice without `sid`: none stands for several. */
  readonly bySidAlone?: boolean;
}

export interface TakenNotice {
  readonly id: string;
  readonly accountId: string;
  readonly sid: string | undefined;
  /** Tries that failed. */
  readonly tries: number;
  /** Names this holder of the notice. */
  readonly hold: string;
}
