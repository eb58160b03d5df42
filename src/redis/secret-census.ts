/** How much lies under each master secret, by kind. */
import type { AccountId } from '../accounts/account.ts';
import type { RecordsOfSecret } from '../audit/secret-records.ts';
import type { RedisAccountIds } from './account-ids.ts';
import { mastersOf } from './account-ids.ts';
import { openProfile } from './profiles.ts';
import { type AccountRecords, readRecords, sealedIn, secretOf } from './sealed-texts.ts';
import type { StoreContext } from './store-context.ts';
import { TrailRewriting } from './trail-rewriting.ts';
import type { RedisUpstreamLinks } from './upstream-links.ts';

const AT_ONCE = 10;
/** Keys that one step of a walk looks at. */
const STEP = '1000';
/** Of keys that are named by an HMAC: those that stay until they are rewritten. Others leave by time. */
const KEPT = new Set(['Client']);
/** Counted with their account. */
const COUNTED = new Set(['Email', 'Upstream']);

interface Counts {
  readonly kept: Record<string, number>;
  readonly leaving: Record<string, { count: number; until: number }>;
}

interface CensusStores {
  readonly accountIds: RedisAccountIds;
  readonly upstreamLinks: RedisUpstreamLinks;
}

export class SecretCensus {
  readonly #context: StoreContext;
  readonly #stores: CensusStores;
  readonly #counts = new Map<string, Counts>();

  constructor(context: StoreContext, stores: CensusStores) {
    this.#context = context;
    this.#stores = stores;
    for (const name of context.keyring.names) this.#of(name);
  }

  async take(onProgress: (accounts: number) => void): Promise<RecordsOfSecret[]> {
    const seen = new Set<string>();
    for await (const ids of this.#stores.accountIds.all()) {
      const fresh = ids.filter((id) => !seen.has(id));
      for (let at = 0; at < fresh.length; at += AT_ONCE) {
        const some = fresh.slice(at, at + AT_ONCE);
        await Promise.all(some.map((id) => this.#account(id)));
        for (const id of some) seen.add(id);
        onProgress(seen.size);
      }
    }
    await this.#clients();
    for await (const name of new TrailRewriting(this.#context).names()) this.#keeps('audit entries', name);
    await this.#keys();
    const { names } = this.#context.keyring;
    return [...this.#counts].map(([name, counts]) => {
      const at = names.indexOf(name);
      return { name, entry: at < 0 ? undefined : at + 1, ...counts };
    });
  }

  #of(name: string): Counts {
    const counts = this.#counts.get(name) ?? { kept: {}, leaving: {} };
    this.#counts.set(name, counts);
    return counts;
  }

  #keeps(kind: string, name: string | undefined): void {
    if (name === undefined) return;
    const { kept } = this.#of(name);
    kept[kind] = (kept[kind] ?? 0) + 1;
  }

  #leaves(kind: string, name: string | undefined, until: number): void {
    if (name === undefined) return;
    const { leaving } = this.#of(name);
    const { count = 0, until: last = 0 } = leaving[kind] ?? {};
    leaving[kind] = { count: count + 1, until: Math.max(last, until) };
  }

  async #account(id: string): Promise<void> {
    const read = await readRecords(this.#context, id);
    if (!read) return;
    for (const [kind, texts] of Object.entries(keptTexts(read)))
      for (const text of texts) for (const name of namesIn(text)) this.#keeps(kind, name);
    for (const field of Object.keys(read.consents)) this.#keeps('consents', secretOf(field));
    this.#keeps('voice codes', secretOf(read.voiceCode['code'] ?? ''));
    await this.#email(read);
    await this.#links(read.id as AccountId);
    for (const text of Object.values(read.grants)) this.#refreshToken(text);
    for (const kind of ['browsers', 'trusted', 'linkKeys'] as const) {
      for (const [field, text] of Object.entries(read[kind])) {
        const { till, session } = JSON.parse(text) as { till: number; session?: string };
        this.#leaves(TITLES[kind], secretOf(session ?? field), till);
      }
    }
  }

  async #email({ id, account }: AccountRecords): Promise<void> {
    const { scripts, keyspace, keyring } = this.#context;
    const email = openProfile(keyring, id, account['profile'] ?? null)?.email;
    if (email === undefined) return;
    const found = keyring.macs('Email', email).map(async (name) => {
      const key = keyspace.record('Email', name);
      const held = await scripts.plain('reading an email', (redis) => redis.get(key));
      return held === id ? secretOf(name) : undefined;
    });
    for (const name of await Promise.all(found)) this.#keeps('emails', name);
  }

  async #links(id: AccountId): Promise<void> {
    const { upstreamLinks } = this.#stores;
    for (const link of await upstreamLinks.list(id))
      for (const name of await upstreamLinks.namesOf(id, link))
        this.#keeps('links to providers', secretOf(name));
  }

  /** Held by its device or app alone: it opens while its secret is in the list, or until its grant ends. */
  #refreshToken(text: string): void {
    const grant = JSON.parse(text) as {
      by?: string;
      was?: string;
      chain?: string;
      exp: number;
      cur?: string;
    };
    if (!grant.cur) return;
    const names = new Set([grant.by ?? sealedIn(grant.chain ?? '')[0]?.name, grant.was]);
    for (const name of names) this.#leaves('refresh tokens', name, grant.exp);
  }

  async #clients(): Promise<void> {
    const { scripts, keyspace } = this.#context;
    const kinds = {
      'client states': keyspace.clients('states'),
      'stored clients': keyspace.clients('operator'),
      'streams of events': keyspace.signalStreams,
    };
    for (const [kind, key] of Object.entries(kinds)) {
      const names = await scripts.plain('listing clients', (redis) => redis.hkeys(key));
      for (const name of names) this.#keeps(kind, secretOf(name));
    }
    const tokens = await scripts.plain('listing tokens', (redis) => redis.hvals(keyspace.clients('tokens')));
    for (const text of tokens) for (const name of namesIn(text)) this.#keeps('initial access tokens', name);
  }

  /** Keys that bear the name of their secret themselves. */
  async #keys(): Promise<void> {
    const { scripts, keyspace } = this.#context;
    const nodes = await scripts.plain('finding masters', async (redis) => mastersOf(redis));
    for (const node of nodes) {
      let cursor = '0';
      do {
        const from = cursor;
        const match = `${keyspace.single('')}*{*.*}*`;
        const [next, keys] = await scripts.plain('listing keys', () =>
          node.scan(from, 'MATCH', match, 'COUNT', STEP),
        );
        cursor = next;
        for (const key of keys) await this.#key(key.slice(keyspace.single('').length), key);
      } while (cursor !== '0');
    }
  }

  async #key(text: string, key: string): Promise<void> {
    const [, kind = '', mac = ''] = /^([^{]*)\{([^}]+)\}/.exec(text) ?? [];
    const name = secretOf(mac.replace(/^notices:/, ''));
    const title = kind.replace(/:$/, '') || 'logout notices';
    if (name === undefined || COUNTED.has(title)) return;
    if (KEPT.has(title)) return this.#keeps('registered clients', name);
    // What lies under the secret that writes now need not be waited for.
    if (name === this.#context.keyring.names[0]) return this.#leaves(title, name, 0);
    const left = await this.#context.scripts.plain('reading a life', (redis) => redis.pttl(key));
    if (left !== -2) this.#leaves(title, name, left < 0 ? 0 : Date.now() + left);
  }
}

const TITLES = { browsers: 'browsers', trusted: 'trusted browsers', linkKeys: 'link keys' } as const;

const namesIn = (text: string) => new Set(sealedIn(text).map(({ name }) => name));

function keptTexts(read: AccountRecords): Readonly<Record<string, readonly string[]>> {
  return {
    accounts: [Object.values(read.account).join(' ')],
    grants: Object.values(read.grants),
    factors: Object.values(read.factors),
    'household members': Object.values(read.profiles),
    'links to providers': Object.values(read.upstream),
    events: read.events.map(([, texts]) => texts.join(' ')),
  };
}
