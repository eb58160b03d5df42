import type { Surroundings } from '../../src/cli/demo-device/environment.ts';
import type { DeviceEvent } from '../../src/cli/demo-device/event.ts';

export interface FakeSurroundings extends Surroundings {
  /** Every wait asked for, in milliseconds, in order. */
  readonly waits: number[];
  readonly events: DeviceEvent[];
  readonly stop: () => void;
}

/** Surroundings with a clock that jumps instead of waiting; requests are real. */
export function fakeSurroundings(overrides: Partial<Surroundings> = {}): FakeSurroundings {
  const stopping = new AbortController();
  const waits: number[] = [];
  const events: DeviceEvent[] = [];
  let time = Date.now();
  return {
    waits,
    events,
    stop: () => stopping.abort(),
    now: () => time,
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      waits.push(ms);
      time += ms;
    },
    fetch,
    report: async (event) => {
      events.push(event);
    },
    signal: stopping.signal,
    requestTimeoutMs: 5_000,
    ...overrides,
  };
}
