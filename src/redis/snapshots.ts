import type { AccountId } from '../accounts/account.ts';
import type { EndedThings, SnapshotStore } from '../devices/snapshot.ts';
import { linkedDevice } from './linked-devices.ts';
import { listedBrowser } from './sessions.ts';
import type { StoreContext } from './store-context.ts';

/** Entries that are read at once: the store is not held up for a large account. */
const BATCH = 500;

interface GrantEntry {
  st: string;
  exp: number;
  till: number;
  since: number;
  used: number;
  label?: string;
  member?: string;
  device?: string;
}

interface BrowserEntry {
  till: number;
  seen: number;
  idle: number;
  payload: string;
}

/** The hashes that a sign-out of everything has renamed. */
export class RedisSnapshots implements SnapshotStore {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async read(accountId: AccountId, copy: string): Promise<EndedThings> {
    const { keyspace, keyring, scripts } = this.#context;
    const now = Date.now();
    const { grantsSnapshot, browsersSnapshot, trustedSnapshot } = keyspace.ending(accountId, copy);
    const [grants, browsers, trusted] = await Promise.all([
      this.#entries<GrantEntry>(grantsSnapshot),
      this.#entries<BrowserEntry>(browsersSnapshot),
      scripts.plain('counting trusted browsers that ended', (redis) => redis.hlen(trustedSnapshot)),
    ]);
    const unexpired = grants.filter(([, grant]) => grant.exp > now);
    const active = unexpired.filter(([, grant]) => grant.st === 'active');
    const devices = active.flatMap(([id, { since, used, till, label = '', member = '', device }]) =>
      device === undefined
        ? []
        : linkedDevice(keyring, accountId, [id, since, used, till, label, member, device]),
    );
    return {
      devices,
      apps: active.length - devices.length,
      waiting: unexpired.length - active.length,
      browsers: browsers.flatMap(([uid, { till, seen, idle, payload }]) =>
        till > now && seen + idle > now ? (listedBrowser(keyring, [uid, seen, payload]) ?? []) : [],
      ),
      trusted,
    };
  }

  async #entries<T>(key: string): Promise<(readonly [string, T])[]> {
    const { scripts } = this.#context;
    const found = new Map<string, T>();
    let cursor = '0';
    do {
      const [next, flat] = await scripts.plain('reading what ended', (redis) =>
        redis.hscan(key, cursor, 'COUNT', BATCH),
      );
      for (let i = 0; i < flat.length; i += 2) {
        found.set(flat[i] ?? '', JSON.parse(flat[i + 1] ?? 'null') as T);
      }
      cursor = next;
    } while (cursor !== '0');
    return [...found];
  }
}
