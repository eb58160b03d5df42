import type { Server } from 'node:http';

/** Milliseconds. */
export interface SenderTimes {
  /** In which the head of a request has to come, … */
  readonly headersTimeout: number;
  /** … and all of it. */
  readonly requestTimeout: number;
}

/** Milliseconds between looks; a quiet thread is late by far less. */
const LOOK_PAUSE = 500;

/**
 * Slow senders are let go, but the time in which this server did not read is not theirs: where thousands of devices come at
 * once, or the machine stands still, a device that has sent everything would else hear that it was too slow (RFC 9110
 * section 15.5.9), and take that for its own fault.
 */
export function keepSenderTimes(server: Server, times: SenderTimes): void {
  const stood = new StoodStill(times.requestTimeout);
  server.once('close', () => stood.end());
  // Read by the server for HTTP whenever it looks for slow senders: what was true a moment ago is too late after a pause.
  Object.defineProperties(server, {
    headersTimeout: { get: () => times.headersTimeout + stood.lately() },
    requestTimeout: { get: () => times.requestTimeout + stood.lately() },
  });
}

/** How long the thread did nothing that was due. */
class StoodStill {
  readonly #span: number;
  readonly #timer = setInterval(() => this.#look(), LOOK_PAUSE).unref();
  #looked = performance.now();
  #pauses: { at: number; length: number }[] = [];

  /** @param span milliseconds that are remembered */
  constructor(span: number) {
    this.#span = span;
  }

  /** Milliseconds of the span, with the pause that has just ended before any look could tell of it. */
  lately(): number {
    const from = performance.now() - this.#span;
    const told = this.#pauses.filter(({ at }) => at > from).reduce((sum, { length }) => sum + length, 0);
    return told + this.#late();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const [now, length] = [performance.now(), this.#late()];
    this.#pauses = this.#pauses.filter(({ at }) => at > now - this.#span);
    if (length > 0) this.#pauses.push({ at: now, length });
    this.#looked = now;
  }

  #late(): number {
    const late = performance.now() - this.#looked - LOOK_PAUSE;
    return late > LOOK_PAUSE / 2 ? late : 0;
  }
}
