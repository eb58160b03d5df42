import type { Answer } from '../../test/support/device-client.ts';

/** What was asked, when, and what was answered. Times are milliseconds of one clock, that of who asks. */
export const KINDS = [
  'approve',
  'confirm',
  'make-key',
  'present',
  'key-end',
  'poll',
  'refresh',
  'introspect',
  'look',
  'deregister',
  'sign-out',
  'password-change',
  'client-end',
] as const;
export type Kind = (typeof KINDS)[number];

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
  /** Whether what the key has linked ended with it. */
  readonly withDevices?: boolean;
  /** To which client it was done. */
  readonly client?: string;
}

/** A signed-in browser: all that is approved and made in it has its epoch. */
export interface Session {
  readonly id: string;
  /** When signing in began, and when it was done. */
  readonly began: number;
  readonly done: number;
  readonly looks: Entry[];
}

/** When something began, and when it was done. */
export interface Span {
  readonly began: number;
  readonly done: number;
}

/** A key that an owner has made. */
export interface KeyHistory {
  /** The browser that it was made in. */
  readonly session: Session;
  readonly made: Span;
  /** How many devices it may link. */
  readonly uses: number;
  readonly ends: Entry[];
}

export interface DeviceHistory {
  readonly name: string;
  /** The client that it is of. */
  readonly client: string;
  /** The browser that it was approved in, or its key was made in. */
  readonly session: Session;
  /** From when on its client's ends are its own: when it asked for its code, when it was confirmed, when its key was made. */
  readonly asked: Span;
  /** The key that linked it. */
  readonly key?: KeyHistory;
  readonly entries: Entry[];
}

export interface AccountHistory {
  readonly devices: DeviceHistory[];
  readonly keys: KeyHistory[];
  /** Of those keys, and of keys that came to nothing. */
  readonly makings: Entry[];
  readonly sessions: Session[];
  /** Sign-outs of everything and password changes. */
  readonly ends: Entry[];
  /** What the operator did to clients, of every account. */
  readonly clientEnds: readonly Entry[];
}

/** What a device makes of an answer. */
export function outcomeOf({ status, body: { error } }: Answer): Outcome {
  if (status === 503) return 'unknown';
  if (status >= 500) throw new Error(`an answer of ${status}`);
  if (error === 'authorization_pending' || error === 'slow_down') return 'pending';
  return status === 200 || status === 201 ? 'ok' : 'no';
}

/** Asks, and tells what came of it; what failed on the way is unknown. */
export async function recorded(
  kind: Kind,
  ask: () => Promise<Outcome>,
  about: Pick<Entry, 'token' | 'newest' | 'withDevices' | 'client'> = {},
): Promise<Entry> {
  const call = performance.now();
  const outcome = await ask().catch((): Outcome => 'unknown');
  return { kind, call, return: performance.now(), outcome, ...about };
}

/** When ends were acknowledged. */
export function acknowledged(ends: readonly Entry[]): number[] {
  return ends.filter(({ outcome }) => outcome === 'ok').map((end) => end.return);
}
