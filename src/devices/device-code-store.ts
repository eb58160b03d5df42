import type { Payload } from './payload.ts';

/**
 * Device codes and the user codes that lead to them (RFC 8628).
 *
 * States: `pending → approved → consumed`, `pending → denied`, `approved → denied`, any →
 * expired by time. Promises of every
 * implementation: a code only moves forward, each step is taken by exactly one caller, and nothing re-creates
 * a code that is gone. A code outlives its expiry by one lifetime, so that a late device hears so.
 */
export interface DeviceCodeStore {
  create(code: NewDeviceCode): Promise<DeviceCodeCreation>;
  /** Takes a place among the live codes without a code, for what waits instead of one. */
  reserve(place: CodePlace): Promise<'reserved' | 'too-many'>;
  /** Gives it back. */
  release(place: CodePlace): Promise<void>;
  /** Only looks: it is no poll, and nothing is written. */
  find(deviceCode: string): Promise<StoredDeviceCode | undefined>;
  /** `undefined` for every code that does not wait for its owner: unknown, decided, used, expired; at the same cost. */
  findByUserCode(userCode: string): Promise<StoredDeviceCode | undefined>;
  /** What was decided on this code, for as long as its user code is kept: only for who was shown it while it waited. */
  findDecision(userCode: string): Promise<CodeDecision | undefined>;
  /** As `find`, and keeps the pace when it is the code's own client that asks and the code is pending. */
  poll(deviceCode: string, clientId: string): Promise<PolledDeviceCode | undefined>;
  /** `true` for the one caller whose decision it was; `false` when the code had moved on, expired or gone. */
  decide(deviceCode: string, decision: 'approved' | 'denied', payload: Payload): Promise<boolean>;
  /** Denies an approved code that no device has used; `true` for the one caller whose step it was. */
  withdraw(deviceCode: string): Promise<boolean>;
  /** `'consumed'` for exactly one caller of an approved code. */
  consume(deviceCode: string): Promise<'consumed' | 'denied' | 'lost'>;
}

export type DeviceCodeState = 'pending' | 'approved' | 'denied' | 'consumed';

/** What the caps on live codes count. */
export interface CodePlace {
  deviceCode: string;
  clientId: string;
  /** milliseconds */
  lifetime: number;
  /** The network that asked, as `networkOf` names it: what the cap on live codes counts by. */
  network: string;
}

export interface NewDeviceCode extends CodePlace {
  userCode: string;
  payload: Payload;
}

export type DeviceCodeCreation =
  | { outcome: 'created' }
  | { outcome: 'user-code-taken' }
  | { outcome: 'too-many'; of: 'all' | 'client' | 'network' | 'burst' };

export interface StoredDeviceCode {
  state: DeviceCodeState;
  payload: Payload;
  /** milliseconds until it expires, by the store's clock; not positive once it has */
  left: number;
}

/** By the owner of which account, and what came of it. */
export interface CodeDecision {
  decision: 'approved' | 'denied';
  accountId: string;
  /** Of what was approved. */
  grantId?: string | undefined;
}

export interface PolledDeviceCode extends StoredDeviceCode {
  /** `'wait'`: a pending code was polled in time; its payload is not read, and empty. */
  pace: 'ok' | 'wait' | 'slow_down';
  /** milliseconds the device must leave between polls from now on */
  interval: number;
  /** milliseconds since its last poll that was on time, of a pending code that was polled before */
  since?: number;
}

/** Hears of each poll; `undefined`: of a code that is not known. */
export type OnPoll = (polled: PolledDeviceCode | undefined) => void;

/** How many codes may be live at once. */
export interface LiveCodeCaps {
  all: number;
  client: number;
  network: number;
  /** For one network within a minute. */
  burst: number;
}

/** Poll pacing (RFC 8628 section 3.5); all in milliseconds. */
interface PollPacing {
  interval: number;
  /** An early poll within this counts as on time: networks jitter. */
  tolerance: number;
  /** What `slow_down` adds, for this and all later polls. */
  step: number;
  highest: number;
}

export const POLL_PACING: PollPacing = { interval: 5000, tolerance: 500, step: 5000, highest: 60_000 };

/** What a denied code carries, for the answer to its device (RFC 8628 section 3.5). */
export const DENIED = {
  error: 'access_denied',
  errorDescription: 'the owner has denied the request',
} as const;
