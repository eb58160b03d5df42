import { Cluster } from 'ioredis';
import type { AccountId } from '../../src/accounts/account.ts';
import { Keyspace } from '../../src/redis/keyspace.ts';
import type { TestStores } from './test-stores.ts';

/** What a test changes or reads in Redis behind the server's back: time that passes, an operator's hand. */
export class StoredState {
  readonly #stores: TestStores;
  readonly #keyspace: Keyspace;

  constructor(stores: TestStores) {
    this.#stores = stores;
    this.#keyspace = new Keyspace(stores.prefix);
  }

  /** As if the last accepted poll of this code had been this much earlier. */
  async passSincePoll(deviceCode: string, milliseconds: number): Promise<void> {
    await this.#redis.hincrby(this.#deviceCode(deviceCode), 'polled', -milliseconds);
  }

  /** As if the code's time had run out a moment ago. */
  async expireCode(deviceCode: string): Promise<void> {
    await this.#redis.hset(this.#deviceCode(deviceCode), 'exp', Date.now() - 1000);
  }

  /** Interval of a code, milliseconds. */
  async interval(deviceCode: string): Promise<number> {
    return Number(await this.#redis.hget(this.#deviceCode(deviceCode), 'interval'));
  }

  /** All that is kept of a code and changes with polls. */
  fieldsOf(deviceCode: string): Promise<Record<string, string>> {
    return this.#redis.hgetall(this.#deviceCode(deviceCode));
  }

  /** As if no guesses had been made lately: those who come from one network and were cut off count as guesses. */
  async forgetGuesses(): Promise<void> {
    const counters = await this.#guessCounters();
    await Promise.all(counters.map((key) => this.#redis.unlink(key)));
  }

  /** As if those who have to wait for their next guess had waited. */
  async passWaits(): Promise<void> {
    for (const key of await this.#guessCounters()) {
      if (await this.#redis.hexists(key, 'until')) await this.#redis.hset(key, 'until', 0);
    }
  }

  /** As if a request to remove a lost second step had been made this much earlier. */
  async passSinceRecovery(accountId: AccountId, milliseconds: number): Promise<void> {
    const key = this.#keyspace.of(accountId).account;
    const text = await this.#redis.hget(key, 'recovery');
    if (text === null) return;
    const { at, opens, till, ...kept } = JSON.parse(text) as { at: number; opens: number; till: number };
    const earlier = { at: at - milliseconds, opens: opens - milliseconds, till: till - milliseconds };
    await this.#redis.hset(key, 'recovery', JSON.stringify({ ...kept, ...earlier }));
    const list = this.#keyspace.recoveries;
    const entries = (await this.#redis.zrange(list, '0', '-1')).filter((one) => one.startsWith(accountId));
    await Promise.all(entries.map((entry) => this.#redis.zincrby(list, -milliseconds, entry)));
  }

  /** As if the record of a token were past its time. */
  async forget(
    kind: 'AccessToken' | 'ClientCredentials' | 'RefreshToken' | 'DeviceCode',
    id: string,
  ): Promise<void> {
    await this.#redis.unlink(this.#keyspace.record(kind, this.#stores.keyring.mac(kind, id)));
    if (kind === 'AccessToken') await this.#stores.accessTokens.remove(id);
  }

  async disable(accountId: AccountId): Promise<void> {
    await this.#redis.hset(this.#keyspace.of(accountId).account, 'status', 'disabled');
  }

  /** As if the time at which an account closes had come. */
  async reachClosing(accountId: AccountId): Promise<void> {
    await this.#redis.hset(this.#keyspace.of(accountId).account, 'closes', Date.now() - 1000);
    await this.#redis.zadd(this.#keyspace.closing, Date.now() - 1000, accountId);
  }

  /** Grants of an account: name → state. */
  async grants(accountId: AccountId): Promise<Record<string, string>> {
    const fields = await this.#redis.hgetall(this.#keyspace.of(accountId).grants);
    return Object.fromEntries(
      Object.entries(fields).map(([name, text]) => [name, (JSON.parse(text) as { st: string }).st]),
    );
  }

  /** When the account's grants end, milliseconds since 1970. */
  async grantEnds(accountId: AccountId): Promise<number[]> {
    const values = await this.#redis.hvals(this.#keyspace.of(accountId).grants);
    return values.map((text) => (JSON.parse(text) as { exp: number }).exp);
  }

  /** As if the absolute life of every grant of the account had passed. */
  async endGrantsByTime(accountId: AccountId): Promise<void> {
    const key = this.#keyspace.of(accountId).grants;
    for (const [name, text] of Object.entries(await this.#redis.hgetall(key))) {
      const grant = JSON.parse(text) as Record<string, unknown>;
      await this.#redis.hset(key, name, JSON.stringify({ ...grant, exp: Date.now() - 1000 }));
    }
  }

  /** How many browsers the account's slot holds. */
  browsers(accountId: AccountId): Promise<number> {
    return this.#redis.hlen(this.#keyspace.of(accountId).browsers);
  }

  async #guessCounters(): Promise<string[]> {
    const redis = this.#redis;
    const counters: string[] = [];
    for (const node of redis instanceof Cluster ? redis.nodes('master') : [redis]) {
      const keys = node.scanStream({ match: `${this.#stores.prefix}Attempts:*`, count: 1000 });
      for await (const found of keys as AsyncIterable<string[]>) counters.push(...found);
    }
    return counters;
  }

  get #redis() {
    return this.#stores.connection.redis;
  }

  #deviceCode(deviceCode: string): string {
    return this.#keyspace.record('DeviceCode', this.#stores.keyring.mac('DeviceCode', deviceCode));
  }
}
