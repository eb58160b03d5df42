/** Opens whatever is sealed in a copy of the store. */
import type { BackupExamination, BackupRecords } from '../audit/backup-records.ts';
import { mastersOf, type RedisAccountIds } from './account-ids.ts';
import { placeOfConsent } from './consents.ts';
import { openProfile } from './profiles.ts';
import {
  type AccountRecords,
  placesOf,
  placesOfEntry,
  RESEALED,
  readRecords,
  sealedIn,
} from './sealed-texts.ts';
import type { StoreContext } from './store-context.ts';

/** Records in slots of their own that are sealed for their own name. */
const RECORD = /^(Session|SessionUid|Invitation|ClientCredentials):\{([^}]+)\}$/;
const STEP = '1000';

interface Count {
  opened: number;
  closed: number;
}

export class RedisBackupRecords implements BackupExamination {
  readonly #context: StoreContext;
  readonly #accountIds: RedisAccountIds;

  constructor(context: StoreContext, accountIds: RedisAccountIds) {
    this.#context = context;
    this.#accountIds = accountIds;
  }

  async examine(): Promise<BackupRecords> {
    const look = new Look(this.#context);
    const seen = new Set<string>();
    for await (const ids of this.#accountIds.all()) {
      for (const id of ids.filter((one) => !seen.has(one))) {
        seen.add(id);
        await look.account(id);
      }
    }
    await look.clientStates();
    await look.records();
    const { kinds, newest, lacking } = look;
    return { accounts: seen.size, kinds, newest, lacking: [...lacking] };
  }
}

class Look {
  readonly #context: StoreContext;
  readonly kinds: Record<string, Count> = {};
  newest: number | undefined;
  readonly lacking = new Set<string>();

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async account(id: string): Promise<void> {
    const read = await readRecords(this.#context, id);
    if (!read) return;
    for (const hash of RESEALED)
      for (const [field, text] of Object.entries(read[hash]))
        this.#texts(hash === 'account' ? 'accounts' : TITLES[hash], text, placesOf(read, hash, field));
    for (const [name, text] of Object.entries(read.consents))
      this.#texts('consents', text, [placeOfConsent(id, name)]);
    for (const [entry, texts] of read.events) {
      for (const text of texts) this.#texts('events', text, placesOfEntry(id, texts));
      this.newest = Math.max(this.newest ?? 0, Number(entry.split('-')[0]));
    }
    await this.#email(read);
  }

  /** One that does not lead to its account is no way in to it. */
  async #email({ id, account }: AccountRecords): Promise<void> {
    const { scripts, keyspace, keyring } = this.#context;
    const email = openProfile(keyring, id, account['profile'] ?? null)?.email;
    if (email === undefined) return;
    const keys = keyring.macs('Email', email).map((name) => keyspace.record('Email', name));
    const held = await Promise.all(
      keys.map((key) => scripts.plain('reading an email', (redis) => redis.get(key))),
    );
    this.#count('emails', held.includes(id));
  }

  async clientStates(): Promise<void> {
    const { scripts, keyspace } = this.#context;
    const key = keyspace.clients('states');
    const fields = await scripts.plain('reading how clients stand', (redis) => redis.hgetall(key));
    for (const [name, text] of Object.entries(fields))
      this.#texts('client states', text, [`client-state:${name}`]);
  }

  async records(): Promise<void> {
    const { scripts, keyspace } = this.#context;
    const prefix = keyspace.single('');
    for (const node of await scripts.plain('finding masters', async (redis) => mastersOf(redis))) {
      let cursor = '0';
      do {
        const from = cursor;
        const [next, keys] = await scripts.plain('listing keys', () =>
          node.scan(from, 'MATCH', `${prefix}*{*}`, 'COUNT', STEP),
        );
        cursor = next;
        for (const key of keys) await this.#record(key, key.slice(prefix.length));
      } while (cursor !== '0');
    }
  }

  async #record(key: string, text: string): Promise<void> {
    const [, kind = '', name = ''] = RECORD.exec(text) ?? [];
    if (kind === '') return;
    const sealed = await this.#context.scripts.plain('reading a record', (redis) =>
      redis.hget(key, 'payload'),
    );
    // It has left by time since.
    if (sealed !== null) this.#texts(kind === 'Session' ? 'sessions' : kind, sealed, [`${kind}:${name}`]);
  }

  #texts(kind: string, text: string, places: readonly string[]): void {
    const { keyring } = this.#context;
    for (const { name, sealed } of sealedIn(text)) {
      if (!keyring.names.includes(name)) this.lacking.add(name);
      this.#count(
        kind,
        places.some((place) => keyring.open(place, sealed) !== undefined),
      );
    }
  }

  #count(kind: string, isOpen: boolean): void {
    const count = this.kinds[kind] ?? { opened: 0, closed: 0 };
    this.kinds[kind] = count;
    count[isOpen ? 'opened' : 'closed'] += 1;
  }
}

const TITLES = {
  grants: 'devices and apps',
  factors: 'factors',
  profiles: 'household members',
  upstream: 'links to providers',
} as const;
