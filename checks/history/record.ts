/** What was asked, when, and what was answered. Times are milliseconds of one clock, that of who asks. */
export type Kind =
  | 'approve'
  | 'poll'
  | 'refresh'
  | 'introspect'
  | 'look'
  | 'deregister'
  | 'sign-out'
  | 'password-change'
  | 'client-end';

/**
 * `ok`: done, accepted, active. `no`: refused, inactive. `pending`: a poll before the approval. `unknown`: the answer was
 * lost, or said that the server could not tell.
 */
export const OUTCOMES = ['ok', 'no', 'pending', 'unknown'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Entry {
  readonly kind: Kind;
  readonly call: number;
  readonly return: number;
  readonly outcome: Outcome;
  /** Which access token was asked about, by number; and whether it was the newest of its device. */
  readonly token?: number;
  readonly newest?: boolean;
}

/** A signed-in browser: all that is approved in it has its epoch. */
export interface Session {
  readonly id: string;
  /** When signing in began, and when it was done. */
  readonly began: number;
  readonly done: number;
  readonly looks: Entry[];
}

export interface DeviceHistory {
  readonly name: string;
  /** The browser that it was approved in. */
  readonly session: Session;
  /** When it began to ask for its code, and when it had it. */
  readonly asked: { readonly began: number; readonly done: number };
  readonly entries: Entry[];
}

export interface AccountHistory {
  readonly devices: DeviceHistory[];
  readonly sessions: Session[];
  /** Sign-outs of everything and password changes. */
  readonly ends: Entry[];
  /** What the operator did to the client of all devices, of every account. */
  readonly clientEnds: readonly Entry[];
}

/** Asks, and tells what came of it; what failed on the way is unknown. */
export async function recorded(
  kind: Kind,
  ask: () => Promise<Outcome>,
  about: Pick<Entry, 'token' | 'newest'> = {},
): Promise<Entry> {
  const call = performance.now();
  const outcome = await ask().catch((): Outcome => 'unknown');
  return { kind, call, return: performance.now(), outcome, ...about };
}
