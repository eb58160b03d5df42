/** `changes`: what was to be done and what came of it. `reads`: what was looked at, and refusals: they push out no change. */

export type TrailKind = 'changes' | 'reads';

export interface TrailEntry {
  /** A change is told twice: before it is made and when it has been. What has no second entry may have been made. */
  readonly phase: 'asked' | 'answered';
  /** Names the request in the log. */
  readonly request: string;
  /** Empty where an operator did it in the console. */
  readonly client: string;
  /** Their account, as the log names it. */
  readonly operator?: string | undefined;
  /** The operation, as `openapi.json` names it. */
  readonly call: string;
  readonly scope?: string | undefined;
  /** Whom it is about, as the log names it. */
  readonly account?: string | undefined;
  /** The status of the answer, once there is one. */
  readonly status?: number | undefined;
}

export interface KeptEntry extends TrailEntry {
  readonly id: string;
  /** By the store's clock, milliseconds since 1970. */
  readonly at: number;
}

/** Who did what through the Admin API, or in the console. It is only added to. */
export interface AuditTrail {
  /** @throws StoreUnavailable: then nothing may be done */
  record(kind: TrailKind, entry: TrailEntry): Promise<void>;
  /** The newest first. @param before the last one that was seen */
  list(kind: TrailKind, page: { before?: string; most: number }): Promise<KeptEntry[]>;
}
