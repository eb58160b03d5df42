import type { IncomingMessage } from 'node:http';

/**
 * A value of each request, which the request itself holds. A `WeakMap` would do the same at a price: a value that leads back
 * to its request, as a promise does for which its handler waits, keeps both alive until the collector of garbage looks at
 * all that there is; when it looks at what is young alone, it takes such a value for alive, with all that hangs on it.
 */
export class RequestValue<T> {
  readonly #name = Symbol('value of a request');

  get(request: IncomingMessage): T | undefined {
    return this.#in(request)[this.#name];
  }

  set(request: IncomingMessage, value: T): void {
    this.#in(request)[this.#name] = value;
  }

  #in(request: IncomingMessage): Record<symbol, T | undefined> {
    return request as unknown as Record<symbol, T | undefined>;
  }
}
