/**
 * An ordinary Redis adapter for `oidc-provider`, as its documentation describes an adapter: a key with a TTL for
 * each record, pointers for user codes and session uids, a list of what was issued under each grant. It is what
 * one would write first, and what Latchkey is measured against. It does not keep Latchkey's promises: codes
 * and refresh tokens are found and then marked, so that two at once may both pass.
 */
import type { Redis } from 'ioredis';
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

/** Kept as hashes, so that `consume` sets one field and leaves the rest alone. */
const CONSUMABLE = new Set([
  'AuthorizationCode',
  'BackchannelAuthenticationRequest',
  'DeviceCode',
  'RefreshToken',
]);
/** What goes when its grant is revoked. */
const UNDER_A_GRANT = new Set([...CONSUMABLE, 'AccessToken']);

export function plainAdapterFactory(redis: Redis, prefix: string): AdapterFactory {
  return (model) => new PlainAdapter(redis, prefix, model);
}

class PlainAdapter implements Adapter {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #model: string;

  constructor(redis: Redis, prefix: string, model: string) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#model = model;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const key = this.#key(id);
    const all = this.#redis.multi();
    if (CONSUMABLE.has(this.#model)) {
      all.hset(key, 'payload', JSON.stringify(payload));
      if (expiresIn) all.expire(key, expiresIn);
    } else if (expiresIn) all.set(key, JSON.stringify(payload), 'EX', expiresIn);
    else all.set(key, JSON.stringify(payload));
    const point = (pointer: string, to: string) =>
      expiresIn ? all.set(pointer, to, 'EX', expiresIn) : all.set(pointer, to);
    if (payload.userCode) point(this.#pointer('userCode', payload.userCode), id);
    if (payload.uid) point(this.#pointer('uid', payload.uid), id);
    if (payload.grantId && UNDER_A_GRANT.has(this.#model)) {
      const list = this.#pointer('grant', payload.grantId);
      all.rpush(list, key);
      // As long as the longest-lived of its entries.
      if (expiresIn) all.expire(list, expiresIn, 'NX').expire(list, expiresIn, 'GT');
    }
    const results = await all.exec();
    for (const [error] of results ?? []) if (error) throw error;
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    if (!CONSUMABLE.has(this.#model)) return parsed(await this.#redis.get(this.#key(id)));
    const { payload, consumed } = await this.#redis.hgetall(this.#key(id));
    const found = parsed(payload);
    return found && consumed ? { ...found, consumed: Number(consumed) } : found;
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const id = await this.#redis.get(this.#pointer('userCode', userCode));
    return id ? this.find(id) : undefined;
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const id = await this.#redis.get(this.#pointer('uid', uid));
    return id ? this.find(id) : undefined;
  }

  async consume(id: string): Promise<void> {
    await this.#redis.hset(this.#key(id), 'consumed', Math.floor(Date.now() / 1000));
  }

  async destroy(id: string): Promise<void> {
    await this.#redis.del(this.#key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    const list = this.#pointer('grant', grantId);
    await this.#redis.del(list, ...(await this.#redis.lrange(list, 0, -1)));
  }

  #key(id: string): string {
    return `${this.#prefix}${this.#model}:${id}`;
  }

  #pointer(kind: string, value: string): string {
    return `${this.#prefix}${kind}:${value}`;
  }
}

function parsed(text: string | null | undefined): AdapterPayload | undefined {
  return text ? (JSON.parse(text) as AdapterPayload) : undefined;
}
