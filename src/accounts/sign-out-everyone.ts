import type { AccountId } from './account.ts';
import type { AccountStore } from './account-store.ts';

/** Every account that there is. */
export interface AccountIds {
  /**
   * In parts. Each account that is there from the first part to the last comes at least once; one that is made or
   * closed meanwhile may come or not.
   * @throws StoreUnavailable also when the store was being changed in such a way that this cannot be promised
   */
  all(): AsyncIterable<readonly AccountId[]>;
}

/** What has ended so far. */
export interface EndedOfAll {
  readonly accounts: number;
  /** Of devices and of apps. */
  readonly keys: number;
  readonly browsers: number;
}

/** So many accounts at once: enough to keep the store busy, too few to hold those up who use it meanwhile. */
const AT_ONCE = 20;

/** Ends everything of every account, for the operator (ASVS 7.4.5). */
export class SignOutEveryone {
  readonly #ids: AccountIds;
  readonly #accounts: Pick<AccountStore, 'signOutEverything'>;

  constructor(ids: AccountIds, accounts: Pick<AccountStore, 'signOutEverything'>) {
    this.#ids = ids;
    this.#accounts = accounts;
  }

  /**
   * Once this has returned, nothing that began before it did is accepted any more, of no account. What was cut off
   * may be run again: accounts that were signed out already are signed out once more.
   * @param onProgress hears, now and then, what has ended
   * @throws StoreUnavailable some accounts are signed out, others are not
   */
  async run(onProgress: (soFar: EndedOfAll) => void = () => undefined): Promise<EndedOfAll> {
    const done = new Set<AccountId>();
    let soFar: EndedOfAll = { accounts: 0, keys: 0, browsers: 0 };
    for await (const ids of this.#ids.all()) {
      const fresh = [...new Set(ids)].filter((id) => !done.has(id));
      for (let at = 0; at < fresh.length; at += AT_ONCE) {
        const some = fresh.slice(at, at + AT_ONCE);
        soFar = (await Promise.all(some.map((id) => this.#end(id)))).reduce(sum, soFar);
        for (const id of some) done.add(id);
        onProgress(soFar);
      }
    }
    return soFar;
  }

  async #end(id: AccountId): Promise<EndedOfAll> {
    const event = { kind: 'signed-out-everything', by: 'operator' } as const;
    const ended = await this.#accounts.signOutEverything(id, event);
    return ended
      ? { accounts: 1, keys: ended.grants, browsers: ended.browsers }
      : { accounts: 0, keys: 0, browsers: 0 };
  }
}

function sum(one: EndedOfAll, other: EndedOfAll): EndedOfAll {
  return {
    accounts: one.accounts + other.accounts,
    keys: one.keys + other.keys,
    browsers: one.browsers + other.browsers,
  };
}
