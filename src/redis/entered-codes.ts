import type { AccountId } from '../accounts/account.ts';
import type { EnteredCodeStore } from '../devices/entered-code-store.ts';
import type { RedisDeviceCodes } from './device-codes.ts';
import type { StoreContext } from './store-context.ts';

const MAX_CODES = 100;

/** A sorted set in the account's slot: names of device codes, by when they expire. */
export class RedisEnteredCodes implements EnteredCodeStore {
  readonly #context: StoreContext;
  readonly #codes: RedisDeviceCodes;

  constructor(context: StoreContext, codes: RedisDeviceCodes) {
    this.#context = context;
    this.#codes = codes;
  }

  async record(accountId: AccountId, userCode: string): Promise<void> {
    const { scripts, keyspace } = this.#context;
    const name = await this.#codes.nameOf(userCode);
    const code = name === undefined ? undefined : await this.#codes.findByUserCode(userCode);
    if (name === undefined || !code) return;
    const args = [name, Math.ceil(code.left), MAX_CODES];
    await scripts.change('recordEnteredCode', keyspace.of(accountId), args);
  }

  async deny(accountId: AccountId): Promise<number> {
    const { scripts, keyspace } = this.#context;
    const names = await scripts.plain('reading entered codes', (redis) =>
      redis.zrange(keyspace.of(accountId).entered, '0', '-1'),
    );
    const denied = await Promise.all(names.map((name) => this.#codes.denyNamed(name, accountId)));
    return denied.filter(Boolean).length;
  }
}
