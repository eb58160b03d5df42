/** How each receiver is: what became of the newest tries to tell it, and whether it is off. */
export interface ReceiverStates {
  /** Of those that were ever tried or switched, by their ids. */
  all(): Promise<ReadonlyMap<string, ReceiverState>>;
  /**
   * @param silence milliseconds that a receiver may take nothing before it is off
   * @returns whether this has switched it off
   */
  note(id: string, outcome: TryOutcome, reason: string, silence: number): Promise<boolean>;
  /** Of one, as it is now. */
  of(id: string): Promise<ReceiverState>;
  /**
   * @param only on again where it is off for this reason, and else as it is
   * @returns whether it was otherwise before; one that was off by itself is off by the operator from now on
   */
  switch(id: string, to: 'on' | 'off', only?: OffReason): Promise<boolean>;
  /** There is no such receiver any more. Twice is once. */
  forget(id: string): Promise<void>;
}

/** `gone`: it says that it never will take anything. */
export type TryOutcome = 'taken' | 'failed' | 'gone';

/** `silent`: it has taken nothing for too long. */
export type OffReason = 'gone' | 'silent' | 'operator';

/** Times are milliseconds since 1970, by the store's clock. */
export interface ReceiverState {
  readonly off?: { readonly at: number; readonly why: OffReason };
  /** When it last took something. */
  readonly taken?: number;
  /** Since when it has taken nothing, though it was asked to. */
  readonly failing?: number;
  /** Why the newest try failed. */
  readonly reason?: string;
}
