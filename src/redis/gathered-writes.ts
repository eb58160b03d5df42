import type { Writable } from 'node:stream';
import { atEndOfTurn } from './end-of-turn.ts';

/**
 * Lets strings that are written to a stream within one turn of the event loop leave as one: commands of requests that
 * are handled side by side then cost one call of the system, and wake the store once. The order stays. Nothing waits
 * for more to come than what the same turn brings, so time-outs mean what they meant.
 *
 * What is still held when the stream breaks was never sent: the caller, awaiting a reply, hears of the broken connection.
 */
export function gatherWrites(stream: Writable): void {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  let held = '';
  const release = () => {
    const all = held;
    held = '';
    if (all !== '' && stream.writable) write(all);
  };
  stream.write = (chunk: unknown, ...rest: unknown[]) => {
    if (typeof chunk !== 'string' || rest.length > 0) {
      release();
      return write(chunk, ...rest);
    }
    if (held === '') atEndOfTurn('writes', release);
    held += chunk;
    return !stream.writableNeedDrain;
  };
}
