import type { RedisConnection } from './connection.ts';
import { checkDurability } from './safety.ts';

/** milliseconds; an operator who changes a setting sees it within this */
const FRESH = 30_000;

/** Whether the store still keeps what it confirms: settings can be changed while it runs, and masters change. */
export class SafetyWatch {
  readonly #redis: RedisConnection['redis'];
  readonly #allow: readonly string[];
  readonly #now: () => number;
  #checked = Number.NEGATIVE_INFINITY;
  #safe = true;

  /** @param now milliseconds of a clock that only goes forward */
  constructor({ redis }: RedisConnection, allow: readonly string[], now = () => performance.now()) {
    this.#redis = redis;
    this.#allow = allow;
    this.#now = now;
  }

  /** @throws the client library's error when the store cannot be reached */
  async isSafe(): Promise<boolean> {
    await this.#redis.ping();
    if (this.#now() - this.#checked > FRESH) {
      this.#safe = (await checkDurability(this.#redis, { allow: this.#allow })).refused.length === 0;
      this.#checked = this.#now();
    }
    return this.#safe;
  }
}
