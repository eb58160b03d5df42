import { OperatorError } from '../errors/operator-error.ts';
import type { StoreContext } from './store-context.ts';

/** The master secret that sealed what is in Redis is not in the list. */
export class SealedWithAnotherSecret extends OperatorError {}

/**
 * Secrets that belong to the installation and not to a process: signing keys, the pepper of passwords. Made
 * once, by whichever process starts first; sealed under the master secret, and sealed anew when that rotates.
 */
export class InstallationSecrets {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Whether a server has ever started on this store and prefix. */
  async exist(name: string): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    const key = keyspace.single(name);
    return (await scripts.plain(`looking for ${name}`, (redis) => redis.exists(key))) === 1;
  }

  /** Exactly one maker wins; every caller, in every process, gets the winner's value. */
  async readOrMake<T>(name: string, make: () => Promise<T>): Promise<T> {
    const { scripts, keyspace, keyring } = this.#context;
    const key = keyspace.single(name);
    const read = () => scripts.plain(`reading ${name}`, (redis) => redis.get(key));
    let sealed = await read();
    if (sealed === null) {
      const made = keyring.seal(name, await make());
      await scripts.plain(`making ${name}`, (redis) => redis.set(key, made, 'NX'));
      sealed = (await read()) ?? made;
    }
    const value = keyring.open<T>(name, sealed);
    if (value === undefined) {
      throw new SealedWithAnotherSecret(
        `The ${name} in Redis were sealed with another LATCHKEY_SECRET: add the former secret to the end of the list, or choose another REDIS_PREFIX to begin anew.`,
      );
    }
    if (!keyring.isCurrent(sealed)) {
      await scripts.plain(`sealing ${name} anew`, (redis) => redis.set(key, keyring.seal(name, value)));
    }
    return value;
  }
}
