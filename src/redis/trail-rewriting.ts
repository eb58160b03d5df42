/** The audit trail written anew under the master secret that writes now. */
import type { TrailKind } from '../admin/audit-trail.ts';
import { placeOfTrail } from './audit-trail.ts';
import type { StoreContext } from './store-context.ts';

const KINDS = ['changes', 'reads'] as const satisfies readonly TrailKind[];
const STEP = 500;

interface TrailRow {
  readonly id: string;
  readonly sealed: string;
  readonly op: string;
}

/**
 * No entry of a stream can be replaced. So all of them are copied into another one, each under its id, and that takes the
 * place of the trail in the moment in which it lacks none. Cut off and repeated, it goes on where it was.
 */
export class TrailRewriting {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** @returns how many entries were under another secret */
  async rewrite(): Promise<number> {
    let count = 0;
    for (const kind of KINDS) {
      // What an earlier run had copied may be under a secret that was replaced since.
      while (await this.#isDue(kind)) count += await this.#rewrite(kind);
      const { anew } = this.#keys(kind);
      await this.#context.scripts.write('forgetting a copy', anew, (redis) => redis.unlink(anew));
    }
    return count;
  }

  /** Of every entry the name of its secret. */
  async *names(): AsyncGenerator<string> {
    for (const kind of KINDS)
      for await (const rows of this.#walk(kind))
        for (const { sealed } of rows) yield sealed.slice(0, sealed.indexOf('.'));
  }

  #keys(kind: TrailKind) {
    const trail = this.#context.keyspace.auditTrail(kind);
    return { trail, anew: `${trail}:anew` };
  }

  /** What does not open can only stay as it is. */
  async #isDue(kind: TrailKind): Promise<boolean> {
    for await (const rows of this.#walk(kind))
      if (rows.some(({ sealed }) => this.#resealed(kind, sealed) !== undefined)) return true;
    return false;
  }

  #resealed(kind: TrailKind, sealed: string): string | undefined {
    const { keyring } = this.#context;
    return keyring.isCurrent(sealed) ? undefined : keyring.reseal(placeOfTrail(kind), sealed);
  }

  async #rewrite(kind: TrailKind): Promise<number> {
    const { scripts } = this.#context;
    const { trail, anew } = this.#keys(kind);
    for (let count = 0; ; ) {
      const [last = ''] = await this.#ids(anew);
      const rows = await this.#read(trail, last);
      if (rows.length === 0) {
        if ((await scripts.change('takeTrail', { trail, anew }, [])) === 1) return count;
        continue;
      }
      const texts = rows.flatMap(({ id, sealed, op }) => [id, this.#resealed(kind, sealed) ?? sealed, op]);
      const isCopied = (await scripts.change('copyTrail', { anew }, [last, ...texts])) === 1;
      if (isCopied) count += rows.filter(({ sealed }) => !this.#context.keyring.isCurrent(sealed)).length;
    }
  }

  async *#walk(kind: TrailKind): AsyncGenerator<TrailRow[]> {
    const { trail } = this.#keys(kind);
    for (let last = ''; ; ) {
      const rows = await this.#read(trail, last);
      if (rows.length === 0) return;
      yield rows;
      last = rows.at(-1)?.id ?? last;
    }
  }

  async #ids(key: string): Promise<string[]> {
    const read = await this.#context.scripts.plain('reading the audit trail', (redis) =>
      redis.xrevrange(key, '+', '-', 'COUNT', 1),
    );
    return read.map(([id]) => id);
  }

  /** @param last '' for the first */
  async #read(key: string, last: string): Promise<TrailRow[]> {
    const read = await this.#context.scripts.plain('reading the audit trail', (redis) =>
      redis.xrange(key, last === '' ? '-' : `(${last}`, '+', 'COUNT', STEP),
    );
    return read.map(([id, fields]) => {
      const of = (name: string) => fields[fields.indexOf(name) + 1] ?? '';
      return { id, sealed: of('call'), op: of('op') };
    });
  }
}
