import { randomBytes } from 'node:crypto';
import { PROBING } from './scripts.ts';
import type { StoreContext } from './store-context.ts';
import { refusesChanges } from './store-errors.ts';

/** milliseconds that what was written to try the store stays */
const LIFETIME = 1000;
/** milliseconds; memory that is nearly full takes one change and refuses the next */
const LATELY = 3000;

export class StoreProbe {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /**
   * Whether the store takes changes, by making one, which nothing else shows for certain; on a Cluster each time in
   * another slot. It does not while it refuses changes of others: one full master of a Cluster refuses those of its slots.
   * @throws StoreUnavailable when it cannot be reached
   */
  async takesChanges(): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    const key = keyspace.record('Probe', randomBytes(6).toString('base64url'));
    if (scripts.refusedWithin(LATELY)) return false;
    try {
      await scripts.plain(PROBING, (redis) => redis.set(key, '', 'PX', LIFETIME));
      return true;
    } catch (error) {
      if (error instanceof Error && refusesChanges(error.cause)) return false;
      throw error;
    }
  }
}
