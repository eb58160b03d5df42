import type { ClosingStore } from '../account-changes/closing-store.ts';
import type { Account, AccountId } from '../accounts/account.ts';
import type { ActivityEvent } from '../events/event.ts';
import { RedisAccountIndex } from './account-index.ts';
import type { AccountContext } from './store-context.ts';
import type { RedisUpstreamLinks } from './upstream-links.ts';

type Asking = { readonly accountId: AccountId; readonly epoch: number };

/** The time at which an account closes stands with the account; a sorted set in a slot of its own says whom to look at. */
export class RedisClosings implements ClosingStore {
  readonly #context: AccountContext;
  readonly #links: Pick<RedisUpstreamLinks, 'list' | 'release'>;

  constructor(context: AccountContext, links: Pick<RedisUpstreamLinks, 'list' | 'release'>) {
    this.#context = context;
    this.#links = links;
  }

  async closesAt(accountId: AccountId): Promise<number | undefined> {
    const { scripts, keyspace } = this.#context;
    const at = await scripts.plain('reading when an account closes', (redis) =>
      redis.hget(keyspace.of(accountId).account, 'closes'),
    );
    return at === null ? undefined : Number(at);
  }

  /** The list first: an account that is on it and does not close is found so, and leaves it. */
  async ask({ accountId, epoch }: Asking, inMs: number, event: ActivityEvent): Promise<number | undefined> {
    const { scripts, keyspace } = this.#context;
    await scripts.write('listing an account to close', keyspace.closing, (redis) =>
      redis.zadd(keyspace.closing, Date.now() + inMs, accountId),
    );
    const args = [epoch, inMs, await this.#context.activity.prepare(accountId, event)];
    const at = await scripts.change('askToClose', keyspace.of(accountId), args);
    return at === null ? undefined : Number(at);
  }

  /** The list again, since the time may be an earlier wish's. */
  async askFor(accountId: AccountId, inMs: number, event?: ActivityEvent): Promise<number | undefined> {
    const { scripts, keyspace, activity } = this.#context;
    const list = (at: number) =>
      scripts.write('listing an account to close', keyspace.closing, (redis) =>
        redis.zadd(keyspace.closing, at, accountId),
      );
    await list(Date.now() + inMs);
    const args = ['', inMs, await activity.prepare(accountId, event)];
    const at = await scripts.change('askToClose', keyspace.of(accountId), args);
    if (at === null) return undefined;
    await list(Number(at));
    return Number(at);
  }

  keep({ accountId, epoch }: Asking, event: ActivityEvent): Promise<boolean> {
    return this.#keep(accountId, epoch, event);
  }

  keepFor(accountId: AccountId, event: ActivityEvent): Promise<boolean> {
    return this.#keep(accountId, '', event);
  }

  async #keep(accountId: AccountId, epoch: number | '', event: ActivityEvent): Promise<boolean> {
    const { scripts, keyspace, activity } = this.#context;
    const args = [epoch, await activity.prepare(accountId, event)];
    return (await scripts.change('keepAccount', keyspace.of(accountId), args)) === 1;
  }

  async due(most: number): Promise<AccountId[]> {
    const { scripts, keyspace } = this.#context;
    const ids = await scripts.plain('reading accounts to close', (redis) =>
      redis.zrangebyscore(keyspace.closing, '-inf', Date.now(), 'LIMIT', 0, most),
    );
    return ids as AccountId[];
  }

  /** Closed, then the account-closed email, the email, the rest. Cut off in between, the account opens nothing. */
  async erase(accountId: AccountId, beforeItGoes: (account: Account) => Promise<void>): Promise<void> {
    const { scripts, keyspace } = this.#context;
    await this.#context.activity.prepareEnd(accountId, undefined);
    if ((await scripts.change('closeAccount', keyspace.of(accountId), [])) === 1) {
      const account = await this.#context.accounts.find(accountId);
      if (account) {
        await beforeItGoes(account);
        await this.#context.accounts.releaseEmail(accountId, account.profile.email);
        for (const link of await this.#links.list(accountId)) await this.#links.release(accountId, link);
      }
      await scripts.change('eraseAccount', keyspace.of(accountId), []);
      await new RedisAccountIndex(this.#context).remove(accountId);
    } else if (await this.#isLater(accountId)) return;
    await scripts.plain('an account is closed', (redis) => redis.zrem(keyspace.closing, accountId));
  }

  /** A server whose clock is ahead comes too early: the store's own clock decides. */
  async #isLater(accountId: AccountId): Promise<boolean> {
    return (await this.closesAt(accountId)) !== undefined;
  }
}
