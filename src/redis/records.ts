import type { StoreContext } from './store-context.ts';
import { underAnyName } from './store-context.ts';

interface StoredRecord<T> {
  /** The HMAC it is kept under; names it towards others without opening anything. */
  name: string;
  payload: T;
  consumed: boolean;
}

/**
 * Sealed records in slots of their own: tokens, pointers, and every model of the protocol library that has no
 * store of its own. A record has no authority: its reader asks the account's slot last.
 */
export class Records {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  nameOf(kind: string, id: string): string {
    return this.#context.keyring.mac(kind, id);
  }

  /**
   * Writes a record as a whole; that it was consumed stays.
   * @param lifetime milliseconds; `undefined`: no end
   * @returns the name it is kept under
   */
  async write(kind: string, id: string, payload: unknown, lifetime?: number): Promise<string> {
    const { scripts, keyspace, keyring } = this.#context;
    const name = await this.#nameToWrite(kind, id);
    const sealed = keyring.seal(`${kind}:${name}`, payload);
    await scripts.change('writeRecord', { record: keyspace.record(kind, name) }, [lifetime ?? 0, sealed]);
    return name;
  }

  async find<T>(kind: string, id: string): Promise<StoredRecord<T> | undefined> {
    const { scripts, keyspace, keyring } = this.#context;
    return underAnyName(keyring.macs(kind, id), async (name) => {
      const [sealed, consumed] = await scripts.plain('reading a record', (redis) =>
        redis.hmget(keyspace.record(kind, name), 'payload', 'consumed'),
      );
      const payload = sealed ? keyring.open<T>(`${kind}:${name}`, sealed) : undefined;
      return payload === undefined ? undefined : { name, payload, consumed: consumed != null };
    });
  }

  /** A record that was written under an older secret stays where it is, with the mark that it was consumed. */
  async #nameToWrite(kind: string, id: string): Promise<string> {
    const { scripts, keyspace, keyring } = this.#context;
    const [current, ...older] = keyring.macs(kind, id);
    const found = await underAnyName(older, async (name) => {
      const exists = await scripts.plain('looking for a record', (redis) =>
        redis.exists(keyspace.record(kind, name)),
      );
      return exists === 1 ? name : undefined;
    });
    return found ?? current;
  }

  /** Marks that this was used; `true` for exactly one caller. */
  async claim(kind: string, id: string, lifetime: number): Promise<boolean> {
    await this.write(kind, id, {}, lifetime);
    return this.consume(kind, id);
  }

  /** `true` for exactly one caller. */
  async consume(kind: string, id: string): Promise<boolean> {
    const { scripts, keyspace, keyring } = this.#context;
    const won = await underAnyName(keyring.macs(kind, id), async (name) => {
      const reply = await scripts.change('consumeRecord', { record: keyspace.record(kind, name) }, []);
      return reply === 1 ? true : undefined;
    });
    return won ?? false;
  }

  /**
   * The record of this name lives no longer than this from now on; it may also be gone.
   * @param lifetime milliseconds
   */
  async shorten(kind: string, name: string, lifetime: number): Promise<void> {
    const { scripts, keyspace } = this.#context;
    const key = keyspace.record(kind, name);
    await scripts.plain('shortening a record', (redis) => redis.pexpire(key, lifetime, 'LT'));
  }

  /**
   * The record of this name lives so long from now on; one that is gone stays so.
   * @param lifetime milliseconds
   */
  async extend(kind: string, name: string, lifetime: number): Promise<void> {
    const { scripts, keyspace } = this.#context;
    const key = keyspace.record(kind, name);
    await scripts.plain('extending a record', (redis) => redis.pexpire(key, lifetime));
  }

  async remove(kind: string, id: string): Promise<void> {
    const { scripts, keyspace, keyring } = this.#context;
    const keys = keyring.macs(kind, id).map((name) => keyspace.record(kind, name));
    await Promise.all(
      keys.map((key) => scripts.write('removing a record', key, (redis) => redis.unlink(key))),
    );
  }
}
