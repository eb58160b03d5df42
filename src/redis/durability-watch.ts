import type { RedisConnection } from './connection.ts';
import { checkDurability } from './durability.ts';
import type { StoreProbe } from './store-probe.ts';

/** milliseconds; an operator who changes a setting sees it within this */
const FRESH = 30_000;

/** `store-read-only`: it answers, and refuses changes; `store-unsafe`: it would lose what it confirms. */
type StoreState = 'ready' | 'store-read-only' | 'store-unsafe';

/**
 * Whether the store takes changes and keeps what it confirms: it can fill up, become a replica or lose its disk, and
 * settings can be changed while it runs.
 */
export class DurabilityWatch {
  readonly #redis: RedisConnection['redis'];
  readonly #probe: StoreProbe;
  readonly #allow: readonly string[];
  readonly #now: () => number;
  #checked = Number.NEGATIVE_INFINITY;
  #safe = true;

  /**
   * @param allow errors that are accepted, by name
   * @param now milliseconds of a clock that only goes forward
   */
  constructor(
    { redis }: RedisConnection,
    probe: StoreProbe,
    allow: readonly string[],
    now = () => performance.now(),
  ) {
    this.#redis = redis;
    this.#probe = probe;
    this.#allow = allow;
    this.#now = now;
  }

  /** @throws StoreUnavailable, or the client library's error, when the store cannot be reached */
  async state(): Promise<StoreState> {
    if (!(await this.#probe.takesChanges())) return 'store-read-only';
    if (this.#now() - this.#checked > FRESH) {
      this.#safe = (await checkDurability(this.#redis, { allow: this.#allow })).refused.length === 0;
      this.#checked = this.#now();
    }
    return this.#safe ? 'ready' : 'store-unsafe';
  }
}
