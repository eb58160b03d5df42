import type { AuditTrail, KeptEntry, TrailEntry, TrailKind } from '../admin/audit-trail.ts';
import type { StoreContext } from './store-context.ts';

const MOST = 200_000;
const KEPT_MS = 400 * 86_400_000;

export const placeOfTrail = (kind: TrailKind) => `audit:${kind}`;

/** Two streams of one slot. */
export class RedisAuditTrail implements AuditTrail {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async record(kind: TrailKind, entry: TrailEntry): Promise<void> {
    const { scripts, keyspace, keyring } = this.#context;
    const sealed = keyring.seal(placeOfTrail(kind), entry);
    await scripts.change('recordCall', { trail: keyspace.auditTrail(kind) }, [sealed, MOST, KEPT_MS]);
  }

  /** An entry that does not open was sealed under a secret that is gone: it is left out, and the page goes on. */
  async list(kind: TrailKind, { before, most }: { before?: string; most: number }): Promise<KeptEntry[]> {
    const { scripts, keyspace, keyring } = this.#context;
    const from = before === undefined ? '+' : `(${before}`;
    const read = await scripts.plain('reading the audit trail', (redis) =>
      redis.xrevrange(keyspace.auditTrail(kind), from, '-', 'COUNT', most),
    );
    return read.flatMap(([id, fields]) => {
      const entry = keyring.open<TrailEntry>(placeOfTrail(kind), fields[fields.indexOf('call') + 1] ?? '');
      return entry ? [{ ...entry, id, at: Number(id.split('-')[0]) }] : [];
    });
  }
}
