/** Under which master secrets everything lies, and all of it written anew. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordsOfSecret, RewriteProgress, SecretRecords } from '../audit/secret-records.ts';
import type { RedisAccountIds } from './account-ids.ts';
import { AccountRewriting } from './account-rewriting.ts';
import type { RedisAccounts } from './accounts.ts';
import { ClientRewriting } from './client-rewriting.ts';
import type { RedisDeviceIndex } from './device-index.ts';
import type { RedisOperatorClients } from './operator-clients.ts';
import type { RedisRegisteredClients } from './registered-clients.ts';
import { SecretCensus } from './secret-census.ts';
import type { RedisSecretUses } from './secret-uses.ts';
import type { RedisSignalStreams } from './signal-streams.ts';
import type { StoreContext } from './store-context.ts';
import { TrailRewriting } from './trail-rewriting.ts';
import type { RedisUpstreamLinks } from './upstream-links.ts';

/** Accounts at once: enough to reach the rate, too few to hold those up who use the store meanwhile. */
const AT_ONCE = 10;
/** Secrets that servers have written under: name → since when. */
const NEEDED = 'secrets-needed';

interface Stores {
  readonly accounts: RedisAccounts;
  readonly accountIds: RedisAccountIds;
  readonly deviceIndex: RedisDeviceIndex;
  readonly operatorClients: RedisOperatorClients;
  readonly registeredClients: RedisRegisteredClients;
  readonly secretUses: RedisSecretUses;
  readonly signalStreams: RedisSignalStreams;
  readonly upstreamLinks: RedisUpstreamLinks;
}

export class RedisSecretRecords implements SecretRecords {
  readonly #context: StoreContext;
  readonly #stores: Stores;

  constructor(context: StoreContext, stores: Stores) {
    this.#context = context;
    this.#stores = stores;
  }

  census(onProgress: (accounts: number) => void): Promise<readonly RecordsOfSecret[]> {
    return new SecretCensus(this.#context, this.#stores).take(onProgress);
  }

  async rewrite(rate: number, onProgress: (progress: RewriteProgress) => void): Promise<RewriteProgress> {
    const rewriting = new AccountRewriting(this.#context, this.#stores);
    const [seen, began] = [new Set<string>(), performance.now()];
    let rewritten = await new ClientRewriting(this.#context, this.#stores).rewrite();
    for await (const ids of this.#stores.accountIds.all()) {
      const fresh = ids.filter((id) => !seen.has(id));
      for (let at = 0; at < fresh.length; at += AT_ONCE) {
        const some = fresh.slice(at, at + AT_ONCE);
        const done = await Promise.all(some.map((id) => rewriting.rewrite(id)));
        rewritten += done.filter(Boolean).length;
        for (const id of some) seen.add(id);
        onProgress({ accounts: seen.size, rewritten });
        const early = (seen.size / rate) * 1000 - (performance.now() - began);
        if (early > 0) await sleep(early);
      }
    }
    rewritten += await new TrailRewriting(this.#context).rewrite();
    await this.#stores.deviceIndex.forgetOlder();
    return { accounts: seen.size, rewritten };
  }

  /** A server begins to write under the first secret of its list. @returns those that it lacks and that may be needed */
  async begin(): Promise<string[]> {
    const { scripts, keyspace, keyring } = this.#context;
    const key = keyspace.single(NEEDED);
    const lacking = (await this.needed()).filter((name) => !keyring.names.includes(name));
    const [current = ''] = keyring.names;
    if (lacking.length === 0)
      await scripts.write('recording a secret', key, (redis) => redis.hset(key, current, Date.now()));
    return lacking;
  }

  async needed(): Promise<string[]> {
    const { scripts, keyspace } = this.#context;
    return scripts.plain('reading which secrets are needed', (redis) => redis.hkeys(keyspace.single(NEEDED)));
  }

  async settle(name: string): Promise<void> {
    const { scripts, keyspace } = this.#context;
    const key = keyspace.single(NEEDED);
    await scripts.write('settling a secret', key, (redis) => redis.hdel(key, name));
  }
}
