import { type DeviceEvent, printableEvent } from './event.ts';

/** Reports every event as one line of JSON, with the time it happened. */
export function createJsonLines(
  write: (text: string) => void,
  now: () => number,
): (event: DeviceEvent) => Promise<void> {
  return async (event) => {
    write(`${JSON.stringify({ at: new Date(now()).toISOString(), ...printableEvent(event) })}\n`);
  };
}
