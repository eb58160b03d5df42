import type { SecretUseStore } from '../apps/client-secrets.ts';
import type { StoreContext } from './store-context.ts';

const KIND = 'SecretUse';
const YEAR = 366 * 86_400_000;

/** A time for each secret of a client, under an HMAC of its digest: whose it is, a dump does not say. */
export class RedisSecretUses implements SecretUseStore {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async record(digest: string): Promise<void> {
    const { scripts, keyspace, keyring } = this.#context;
    const key = keyspace.record(KIND, keyring.mac(KIND, digest));
    await scripts.plain('recording the use of a secret', (redis) => redis.set(key, Date.now(), 'PX', YEAR));
  }

  /** Under the secret that writes now. */
  async rewrite(digest: string): Promise<void> {
    const { scripts, keyspace, keyring } = this.#context;
    const [current, ...older] = keyring.macs(KIND, digest).map((name) => keyspace.record(KIND, name));
    for (const key of older) {
      const time = await scripts.plain('reading the use of a secret', (redis) => redis.get(key));
      if (time === null || current === undefined) continue;
      await scripts.write('renaming the use of a secret', current, (redis) =>
        redis.set(current, time, 'PX', YEAR, 'NX'),
      );
      await scripts.write('removing the use of a secret', key, (redis) => redis.unlink(key));
    }
  }

  lastUses(digests: readonly string[]): Promise<(number | undefined)[]> {
    return Promise.all(digests.map((digest) => this.#lastUse(digest)));
  }

  async #lastUse(digest: string): Promise<number | undefined> {
    const { scripts, keyspace, keyring } = this.#context;
    const times = await Promise.all(
      keyring
        .macs(KIND, digest)
        .map((name) =>
          scripts.plain('reading the use of a secret', (redis) => redis.get(keyspace.record(KIND, name))),
        ),
    );
    const last = Math.max(...times.map(Number));
    return last > 0 ? last : undefined;
  }
}
