import type { Environment } from '../../src/cli/demo-device/environment.ts';
import type { DeviceEvent } from '../../src/cli/demo-device/event.ts';

export interface FakeEnvironment extends Environment {
  /** Every wait asked for, in milliseconds, in order. */
  readonly waits: number[];
  readonly events: DeviceEvent[];
  readonly stop: () => void;
}

/** Environment with a clock that jumps instead of waiting; requests are real. */
export function fakeEnvironment(overrides: Partial<Environment> = {}): FakeEnvironment {
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
