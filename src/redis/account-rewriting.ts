/** Everything of one account written anew under the master secret that writes now. */
import type { AccountId } from '../accounts/account.ts';
import { deviceRow } from '../admin/device-index.ts';
import type { ConsentTerms } from '../apps/consent.ts';
import { formatGrantId } from '../devices/grant-id.ts';
import type { Payload } from '../devices/payload.ts';
import type { RedisAccounts } from './accounts.ts';
import { placeOfConsent } from './consents.ts';
import type { RedisDeviceIndex } from './device-index.ts';
import { placeOfGrant } from './grants.ts';
import { movePointer } from './moved-pointers.ts';
import { openProfile } from './profiles.ts';
import {
  type AccountRecords,
  type Entry,
  placesOf,
  placesOfEntry,
  RESEALED,
  readRecords,
  sealedIn,
} from './sealed-texts.ts';
import type { StoreContext } from './store-context.ts';
import type { RedisUpstreamLinks } from './upstream-links.ts';
import { nameOfVoiceCode, VOICE_CODES } from './voice-codes.ts';

/** A stream to which an event came meanwhile, or a consent that was changed, is read again so often. */
const TRIES = 5;

interface RewrittenStores {
  readonly accounts: RedisAccounts;
  readonly deviceIndex: RedisDeviceIndex;
  readonly upstreamLinks: RedisUpstreamLinks;
}

/**
 * Repeated, it does what is left to do. Each piece is put in the place of exactly what was read: what was changed meanwhile
 * is under the new secret already, and what has ended stays so.
 */
export class AccountRewriting {
  readonly #context: StoreContext;
  readonly #accounts: RedisAccounts;
  readonly #devices: RedisDeviceIndex;
  readonly #links: RedisUpstreamLinks;

  constructor(context: StoreContext, stores: RewrittenStores) {
    this.#context = context;
    this.#accounts = stores.accounts;
    this.#devices = stores.deviceIndex;
    this.#links = stores.upstreamLinks;
  }

  /** @returns whether anything of it was under another secret */
  async rewrite(id: string): Promise<boolean> {
    const read = await readRecords(this.#context, id);
    if (!read) return false;
    const done = [
      await this.#email(read),
      ...(await Promise.all(RESEALED.map((hash) => this.#fields(read, hash)))),
      await this.#voiceCode(read),
      ...(await Promise.all(Object.entries(read.consents).map((field) => this.#consent(read, field)))),
      ...(await this.#pointers(read)),
      await this.#activity(read),
      ...(await Promise.all(Object.entries(read.grants).map((field) => this.#deviceRow(read, field)))),
    ];
    return done.includes(true);
  }

  async #email({ id, account }: AccountRecords): Promise<boolean> {
    const { keyspace, keyring } = this.#context;
    const email = openProfile(keyring, id, account['profile'] ?? null)?.email;
    if (email === undefined) return false;
    const keys = keyring.macs('Email', email).map((name) => keyspace.record('Email', name));
    return movePointer(this.#context, keys, id, async () => {
      const now = await this.#accounts.find(id as AccountId);
      return now?.profile.email === email;
    });
  }

  /** Of links to providers. */
  async #pointers({ id }: AccountRecords): Promise<boolean[]> {
    const links = await this.#links.list(id as AccountId);
    return Promise.all(links.map((link) => this.#links.rewrite(id as AccountId, link)));
  }

  async #fields(read: AccountRecords, hash: (typeof RESEALED)[number]): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    const changes = Object.entries(read[hash]).flatMap(([field, text]) => {
      const resealed = this.#resealed(text, placesOf(read, hash, field));
      return [...resealed].flatMap(([from, to]) => [field, from, to]);
    });
    const marks = hash === 'grants' ? this.#marks(read) : [];
    if (changes.length === 0) return false;
    const fields = keyspace.of(read.id)[hash];
    await scripts.change('resealFields', { fields }, [...marks, ...changes]);
    return true;
  }

  /** A chain from before it was kept under which secret its newest token was sealed: under that of what is sealed with it. */
  #marks({ grants }: AccountRecords): string[] {
    return Object.entries(grants).flatMap(([field, text]) => {
      const { by, chain, last } = JSON.parse(text) as { by?: string; chain?: string; last?: string };
      const sealed = last || chain;
      if (by !== undefined || !sealed) return [];
      const begins = text.slice(0, 20);
      return [field, begins, `{"by":"${sealed.slice(0, sealed.indexOf('.'))}",${begins.slice(1)}`];
    });
  }

  /** What is sealed within a text under another secret, and the same sealed anew. */
  #resealed(text: string, places: readonly string[]): Map<string, string> {
    const { keyring } = this.#context;
    const found = new Map<string, string>();
    for (const { name, sealed } of sealedIn(text)) {
      if (name === keyring.names[0]) continue;
      const fresh = places.map((place) => keyring.reseal(place, sealed)).find((one) => one !== undefined);
      if (fresh !== undefined) found.set(sealed, fresh);
    }
    return found;
  }

  /** Four digits are few: the one that was meant is found. */
  async #voiceCode({ id, voiceCode }: AccountRecords): Promise<boolean> {
    const { code } = voiceCode;
    const { scripts, keyspace, keyring } = this.#context;
    if (code === undefined || keyring.isCurrent(code)) return false;
    for (let number = 0; number < VOICE_CODES; number += 1) {
      const [current = '', ...older] = nameOfVoiceCode(keyring, id, number);
      if (!older.includes(code)) continue;
      await scripts.change('resealFields', { fields: keyspace.of(id).voiceCode }, ['code', code, current]);
      return true;
    }
    return false;
  }

  async #consent({ id, consents }: AccountRecords, [field]: [string, string]): Promise<boolean> {
    const { scripts, keyspace, keyring } = this.#context;
    if (keyring.isCurrent(field)) return false;
    let text: string | undefined = consents[field];
    for (let tries = 0; tries < TRIES && text !== undefined; tries += 1) {
      const { payload } = JSON.parse(text) as { payload: string };
      const terms = keyring.open<ConsentTerms>(placeOfConsent(id, field), payload);
      if (!terms) return false;
      const name = keyring.mac('Client', terms.clientId);
      const sealed = keyring.seal(placeOfConsent(id, name), terms);
      const keys = keyspace.of(id);
      if ((await scripts.change('renameConsent', keys, [field, payload, name, sealed])) === 1) return true;
      const now = await scripts.plain('reading a consent', (redis) => redis.hget(keys.consents, field));
      text = now ?? undefined;
    }
    return true;
  }

  async #deviceRow({ id, epoch }: AccountRecords, [field, text]: [string, string]): Promise<boolean> {
    const { app, payload } = JSON.parse(text) as { app?: boolean; payload: string };
    const place = placeOfGrant(formatGrantId({ accountId: id, epoch, name: field }));
    const clientId = app ? undefined : this.#context.keyring.open<Payload>(place, payload)?.['clientId'];
    return typeof clientId === 'string' && this.#devices.move(clientId, deviceRow(id, field));
  }

  async #activity({ id, events }: AccountRecords): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    const key = keyspace.of(id).activity;
    let entries: readonly Entry[] = events;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const rewritten = this.#rewritten(id, entries);
      const [first, last] = [entries[0], entries.at(-1)];
      if (!rewritten || !first || !last) return tries > 0;
      const args = rewritten.flatMap(([entry, texts]) => [entry, texts.length, ...texts]);
      await scripts.change('rewriteActivity', { activity: key }, [
        first[0],
        last[0],
        entries.length,
        ...args,
      ]);
      entries = await scripts.plain('reading activity', (redis) => redis.xrange(key, '-', '+'));
    }
    return true;
  }

  /** `undefined`: nothing of it is under another secret. */
  #rewritten(id: string, entries: readonly Entry[]): Entry[] | undefined {
    let isDue = false;
    const all = entries.map(([entry, texts]): Entry => {
      const places = placesOfEntry(id, texts);
      const fresh = texts.map((text) => this.#resealed(text, places).get(text) ?? text);
      isDue ||= fresh.some((text, index) => text !== texts[index]);
      return [entry, fresh];
    });
    return isDue ? all : undefined;
  }
}
