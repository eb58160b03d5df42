/** In which form a store is written: a number that stands in it. UPGRADING.md says what follows from it. */
import { OperatorError } from '../errors/operator-error.ts';
import type { StoreContext } from './store-context.ts';

/** What this version writes. It reads the one before, too. */
const FORMAT = 1;
/** Stores from before there was a number have none. */
const UNNUMBERED = 0;
const KEY = 'store-format';

/** The store is in a form that this version does not know how to read. */
export class UnknownStoreFormat extends OperatorError {}

export class StoreFormat {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /**
   * Before anything of it is read.
   * @returns what it is written in
   * @throws UnknownStoreFormat, StoreUnavailable
   */
  async require(): Promise<number> {
    const found = await this.#read();
    const format = found === null ? UNNUMBERED : Number(found);
    if (format === FORMAT || format === FORMAT - 1) return format;
    const knows = `this version knows ${FORMAT - 1} and ${FORMAT}`;
    if (format < FORMAT)
      throw new UnknownStoreFormat(
        `The store is of format ${format}, and ${knows}: upgrade by the versions between, see UPGRADING.md. Nothing was changed.`,
      );
    throw new UnknownStoreFormat(
      `The store is of format ${found}, and ${knows}: a newer Latchkey has written it. Start that version, or restore the backup from before the upgrade, see UPGRADING.md. Nothing was changed.`,
    );
  }

  /** The same for a server, which numbers what has no number. */
  async begin(): Promise<void> {
    if ((await this.require()) !== UNNUMBERED) return;
    const { scripts, keyspace } = this.#context;
    const key = keyspace.single(KEY);
    await scripts.write('numbering the store', key, (redis) => redis.set(key, FORMAT, 'NX'));
  }

  async #read(): Promise<string | null> {
    const { scripts, keyspace } = this.#context;
    return scripts.plain('reading the format of the store', (redis) => redis.get(keyspace.single(KEY)));
  }
}
