/**
 * Plain `oidc-provider` with nothing on disk. The library's own adapter keeps 1,000 records at most, so this one does the same
 * without that bound: what is measured is memory, not a full cache. It ends with its process.
 */
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

interface Kept {
  payload: AdapterPayload;
  /** Milliseconds since 1970. */
  until: number;
}

const records = new Map<string, Kept>();
const byUserCode = new Map<string, string>();
const byUid = new Map<string, string>();
const byGrant = new Map<string, string[]>();

export const memoryAdapter: AdapterFactory = (model) => new MemoryAdapter(model);

class MemoryAdapter implements Adapter {
  readonly #model: string;

  constructor(model: string) {
    this.#model = model;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const key = this.#key(id);
    const until = expiresIn ? Date.now() + expiresIn * 1000 : Number.POSITIVE_INFINITY;
    records.set(key, { payload, until });
    if (payload.userCode) byUserCode.set(payload.userCode, id);
    if (payload.uid) byUid.set(payload.uid, id);
    if (!payload.grantId) return;
    const list = byGrant.get(payload.grantId);
    if (list) list.push(key);
    else byGrant.set(payload.grantId, [key]);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const key = this.#key(id);
    const kept = records.get(key);
    if (kept && kept.until > Date.now()) return kept.payload;
    records.delete(key);
    return undefined;
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const id = byUserCode.get(userCode);
    return id ? this.find(id) : undefined;
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const id = byUid.get(uid);
    return id ? this.find(id) : undefined;
  }

  async consume(id: string): Promise<void> {
    const kept = records.get(this.#key(id));
    if (kept) kept.payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    records.delete(this.#key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const key of byGrant.get(grantId) ?? []) records.delete(key);
    byGrant.delete(grantId);
  }

  #key(id: string): string {
    return `${this.#model}:${id}`;
  }
}
