/** In which form a store is written: a number that stands in it. UPGRADING.md says what follows from it. */
import type { WrittenFormat } from '../admin/upgrades.ts';
import { OperatorError } from '../errors/operator-error.ts';
import type { StoreContext } from './store-context.ts';

/** What this version writes once `upgrade finish` has run. Until then it writes the one before, which it reads, too. */
const NEWEST = 1;
/** Stores from before there was a number have none. */
const UNNUMBERED = 0;
const KEY = 'store-format';

/** The store is in a form that this version does not know how to read. */
export class UnknownStoreFormat extends OperatorError {}

export class StoreFormat implements WrittenFormat {
  readonly #context: StoreContext;
  readonly newest: number;

  /** @param newest that of another version */
  constructor(context: StoreContext, newest = NEWEST) {
    this.#context = context;
    this.newest = newest;
  }

  /**
   * Before anything of it is read.
   * @returns what it is written in
   * @throws UnknownStoreFormat, StoreUnavailable
   */
  async require(): Promise<number> {
    return this.#known(await this.#read());
  }

  /** The same for a server, which numbers what has no number: a new store, or one of format 0, which reads as 1. */
  async begin(): Promise<void> {
    const found = await this.#read();
    const format = await this.#known(found);
    if (found !== null) return;
    const { scripts, keyspace } = this.#context;
    const key = keyspace.single(KEY);
    await scripts.write('numbering the store', key, (redis) => redis.set(key, Math.max(format, 1), 'NX'));
  }

  async #known(found: string | null): Promise<number> {
    const format = found === null ? await this.#unnumbered() : Number(found);
    const [former, newest] = [this.newest - 1, this.newest];
    if (format === newest || format === former) return format;
    const knows = `this version knows ${former} and ${newest}`;
    if (format < newest)
      throw new UnknownStoreFormat(
        `The store is of format ${format}, and ${knows}: upgrade by the versions between, see UPGRADING.md. Nothing was changed.`,
      );
    throw new UnknownStoreFormat(
      `The store is of format ${found}, and ${knows}: a newer Latchkey has written it. Start that version, or restore the backup from before the upgrade, see UPGRADING.md. Nothing was changed.`,
    );
  }

  async finish(): Promise<boolean> {
    const format = await this.require();
    if (format === this.newest) return false;
    const { scripts, keyspace } = this.#context;
    // As what is sealed, it is replaced only where it is what was read.
    const secret = keyspace.single(KEY);
    return (await scripts.change('replaceSecret', { secret }, [`${format}`, `${this.newest}`])) === 1;
  }

  /** One in which nothing is yet is as new as this version. */
  async #unnumbered(): Promise<number> {
    const { scripts, keyspace } = this.#context;
    const isUsed = await scripts.plain('looking for an installation', (redis) =>
      redis.exists(keyspace.single('pepper')),
    );
    return isUsed === 0 ? this.newest : UNNUMBERED;
  }

  async #read(): Promise<string | null> {
    const { scripts, keyspace } = this.#context;
    return scripts.plain('reading the format of the store', (redis) => redis.get(keyspace.single(KEY)));
  }
}
