import { OperatorError } from '../errors/operator-error.ts';
import type { StoreContext } from './store-context.ts';

/** The master secret that sealed what is in Redis is not in the list. */
export class SealedWithAnotherSecret extends OperatorError {}

/** A secret as it was read. */
interface KeptSecret<T> {
  readonly value: T;
  /** Names this very text in Redis, for `replace`. */
  readonly version: string;
  /** When it was read, by the clock of Redis, in milliseconds. */
  readonly now: number;
}

/**
 * Secrets that belong to the installation and not to a process: signing keys, the pepper of passwords. Made
 * once, by whichever process starts first; sealed under the master secret, and sealed anew when that rotates.
 */
export class InstallationSecrets {
  readonly #context: StoreContext;
  /** Those that this process has made, or may have: what stands there then has to be there after its master is gone. */
  readonly #made = new Set<string>();

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Whether a server has ever started on this store and prefix. */
  async exist(name: string): Promise<boolean> {
    return (await this.#text(name)).text !== undefined;
  }

  /** Exactly one maker wins; every caller, in every process, gets the winner's value. */
  async readOrMake<T>(name: string, make: () => Promise<T>): Promise<T> {
    return (await this.openOrMake(name, make)).value;
  }

  /**
   * The same, with what `replace` needs.
   * @param make is told the time of Redis, in milliseconds
   * @throws SealedWithAnotherSecret, StoreUnavailable
   */
  async openOrMake<T>(name: string, make: (now: number) => Promise<T>): Promise<KeptSecret<T>> {
    const { scripts, keyspace, keyring } = this.#context;
    let read = await this.#text(name, this.#made.has(name));
    if (read.text === undefined) {
      const made = keyring.seal(name, await make(read.now));
      const key = keyspace.single(name);
      this.#made.add(name);
      await scripts.write(`making ${name}`, key, (redis) => redis.set(key, made, 'NX'));
      read = await this.#text(name, true);
    }
    const kept = this.#open<T>(name, read);
    if (keyring.isCurrent(kept.version)) return kept;
    // Not with what was read before: another server may have replaced it meanwhile.
    return (await this.replace(name, kept.version, kept.value)) ? kept : this.openOrMake(name, make);
  }

  /**
   * As it stands.
   * @throws SealedWithAnotherSecret, also where there is none; StoreUnavailable
   */
  async read<T>(name: string): Promise<KeptSecret<T>> {
    return this.#open<T>(name, await this.#text(name));
  }

  /**
   * Of several replacements of one version exactly one gets `true`; nothing else is changed.
   * @throws StoreUnavailable when it may or may not have happened
   */
  async replace(name: string, version: string, value: unknown): Promise<boolean> {
    const { scripts, keyspace, keyring } = this.#context;
    const secret = keyspace.single(name);
    return (await scripts.change('replaceSecret', { secret }, [version, keyring.seal(name, value)])) === 1;
  }

  async #text(name: string, settled = false): Promise<{ text: string | undefined; now: number }> {
    const { scripts, keyspace } = this.#context;
    const keys = { secret: keyspace.single(name) };
    const reply = settled
      ? scripts.readSettled('readSecret', keys, [])
      : scripts.read('readSecret', keys, []);
    const [text, now] = (await reply) as [string | null, number];
    return { text: text ?? undefined, now };
  }

  #open<T>(name: string, { text, now }: { text: string | undefined; now: number }): KeptSecret<T> {
    const value = text === undefined ? undefined : this.#context.keyring.open<T>(name, text);
    if (text !== undefined && value !== undefined) return { value, version: text, now };
    throw new SealedWithAnotherSecret(
      `The ${name} in Redis were sealed with another LATCHKEY_SECRET: add the former secret to the end of the list, or choose another REDIS_PREFIX to begin anew.`,
    );
  }
}
