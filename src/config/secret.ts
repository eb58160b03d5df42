import { inspect } from 'node:util';

/**
 * A value that cannot be printed by accident: it shows as `[secret]` in strings, JSON, logs and debuggers.
 * `reveal()` is the only way to the value, and is easy to search for.
 */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
