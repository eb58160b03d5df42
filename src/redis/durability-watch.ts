import type { RedisConnection } from './connection.ts';
import { checkDurability } from './durability.ts';
import { missingReplicas, replicasInSync, tooFew } from './replicas-in-sync.ts';
import type { StoreProbe } from './store-probe.ts';

/** milliseconds; an operator who changes a setting sees it within this */
const FRESH = 30_000;

/**
 * `store-read-only`: it answers, and refuses changes; `store-few-replicas`: a master has fewer replicas in sync than a change
 * needs; `store-unsafe`: it would lose what it confirms.
 */
type StoreState = 'ready' | 'store-read-only' | 'store-few-replicas' | 'store-unsafe';

interface Demands {
  /** Errors that are accepted, by name. */
  readonly allow: readonly string[];
  /** Replicas that must have a change; 0: none. */
  readonly replicas: number;
  /** Hears, once, which masters have too few. */
  readonly onFewReplicas?: (messages: readonly string[]) => void;
}

/**
 * Whether the store takes changes and keeps what it confirms: it can fill up, become a replica or lose its disk, and
 * settings can be changed while it runs.
 */
export class DurabilityWatch {
  readonly #redis: RedisConnection['redis'];
  readonly #probe: StoreProbe;
  readonly #demands: Demands;
  readonly #now: () => number;
  #checked = Number.NEGATIVE_INFINITY;
  #safe = true;
  #lacksReplicas = false;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(
    { redis }: RedisConnection,
    probe: StoreProbe,
    demands: Demands,
    now = () => performance.now(),
  ) {
    this.#redis = redis;
    this.#probe = probe;
    this.#demands = demands;
    this.#now = now;
  }

  /** @throws StoreUnavailable, or the client library's error, when the store cannot be reached */
  async state(): Promise<StoreState> {
    if (!(await this.#probe.takesChanges())) return 'store-read-only';
    if (await this.#hasTooFewReplicas()) return 'store-few-replicas';
    if (this.#now() - this.#checked > FRESH) {
      this.#safe = (await checkDurability(this.#redis, this.#demands)).refused.length === 0;
      this.#checked = this.#now();
    }
    return this.#safe ? 'ready' : 'store-unsafe';
  }

  /** How many replicas in sync the master that lacks most has not. @throws the client library's error */
  missingReplicas(): Promise<number> {
    return missingReplicas(this.#redis, this.#demands.replicas);
  }

  async #hasTooFewReplicas(): Promise<boolean> {
    const { replicas, onFewReplicas } = this.#demands;
    if (replicas === 0) return false;
    const messages = tooFew(await replicasInSync(this.#redis), replicas);
    const isNew = messages.length > 0 && !this.#lacksReplicas;
    this.#lacksReplicas = messages.length > 0;
    if (isNew) onFewReplicas?.(messages);
    return this.#lacksReplicas;
  }
}
