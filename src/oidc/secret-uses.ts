import type { SecretUseStore } from '../apps/client-secrets.ts';

const HOUR = 3_600_000;
/** Secrets that are remembered; there are at most two of each client. */
const MAX_KNOWN = 10_000;

/** Notes that a secret was used, once an hour in each process. Nothing waits for it, and where it fails it is only not noted. */
export class SecretUses {
  readonly #store: Pick<SecretUseStore, 'record'>;
  readonly #recorded = new Map<string, number>();

  constructor(store: Pick<SecretUseStore, 'record'>) {
    this.#store = store;
  }

  record(digest: string): void {
    const now = performance.now();
    if (now - (this.#recorded.get(digest) ?? Number.NEGATIVE_INFINITY) < HOUR) return;
    if (this.#recorded.size >= MAX_KNOWN) this.#recorded.clear();
    this.#recorded.set(digest, now);
    this.#store.record(digest).catch(() => undefined);
  }
}
