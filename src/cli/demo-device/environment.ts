import type { DeviceEvent } from './event.ts';

/** Everything of the outside world that the device uses. Tests pass a clock that does not wait. */
export interface Environment {
  /** Wall clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves after `ms` milliseconds; rejects as soon as `signal` is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly fetch: typeof fetch;
  readonly report: (event: DeviceEvent) => Promise<void>;
  /** Aborted when the person stops the device (Ctrl-C); every wait and request then rejects. */
  readonly signal: AbortSignal;
  /** How long one request may take, answer included, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** Resolves to true when the person wants a new code. Absent where there is no person to ask. */
  readonly askForNewCode?: (signal: AbortSignal) => Promise<boolean>;
}
