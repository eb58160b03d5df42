import type { AccountId } from '../accounts/account.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { Standing } from '../mfa/factor.ts';
import type { UpstreamLink, UpstreamLinkStore } from '../upstream/link-store.ts';
import type { UpstreamSubject } from '../upstream/upstream.ts';
import type { RedisActivity } from './activity.ts';
import { movePointer } from './moved-pointers.ts';
import { type StoreContext, underAnyName } from './store-context.ts';

/** More than there are entries; it bounds what one read brings. */
const MAX_LINKS = 40;

/** What a pointer is hashed for: its name in the store. */
const UPSTREAM = 'Upstream';

/** Neither part can hold the line break between them: an issuer is an address. */
const nameOfSubject = ({ issuer, subject }: UpstreamSubject) => `${issuer}\n${subject}`;

export const placeOfLink = (accountId: string, upstream: string) => `upstream:${accountId}:${upstream}`;

type Kept = Omit<UpstreamLink, 'upstream'>;

/**
 * A field for each provider in the account's slot, which has the authority; what is found by a provider's subject is a
 * pointer to it in another.
 */
export class RedisUpstreamLinks implements UpstreamLinkStore {
  readonly #context: StoreContext;
  readonly #activity: RedisActivity;

  constructor(context: StoreContext, activity: RedisActivity) {
    this.#context = context;
    this.#activity = activity;
  }

  async list(accountId: AccountId): Promise<UpstreamLink[]> {
    const { scripts, keyspace, keyring } = this.#context;
    const fields = await scripts.plain('reading links to providers', (redis) =>
      redis.hgetall(keyspace.of(accountId).upstream),
    );
    return Object.entries(fields)
      .flatMap(([upstream, text]) => {
        const { payload } = JSON.parse(text) as { payload: string };
        const kept = keyring.open<Kept>(placeOfLink(accountId, upstream), payload);
        return kept ? [{ ...kept, upstream }] : [];
      })
      .sort((one, other) => one.since - other.since);
  }

  async find(subject: UpstreamSubject): Promise<{ accountId: AccountId; link: UpstreamLink } | undefined> {
    const accountId = await this.#pointedAt(subject);
    const link = accountId && (await this.#linkOf(accountId, subject));
    return link ? { accountId, link } : undefined;
  }

  /** The pointer first: without the link it leads nowhere. */
  async link(
    owner: Standing,
    { upstream, ...kept }: UpstreamLink,
    event: ActivityEvent,
  ): Promise<'linked' | 'taken' | 'another' | 'refused'> {
    const { scripts, keyspace, keyring } = this.#context;
    const { accountId, epoch } = owner;
    if (!(await this.#claim(accountId, kept))) return 'taken';
    const sealed = keyring.seal(placeOfLink(accountId, upstream), kept);
    const told = await this.#activity.prepare(accountId, event);
    const args = [epoch, upstream, sealed, told, MAX_LINKS];
    const reply = await scripts.change('linkUpstream', keyspace.of(accountId), args);
    if (reply !== 1) {
      if (!(await this.#linkOf(accountId, kept))) await this.release(accountId, kept);
      return reply === 0 ? 'refused' : 'another';
    }
    // Of two accounts at once, one took the pointer of the other for one that leads nowhere.
    if ((await this.#pointedAt(kept)) === accountId) return 'linked';
    await this.#unlink(accountId, ['', upstream, '', 0]);
    return 'taken';
  }

  /** The link first: with it the authority goes. */
  async unlink(
    { accountId, epoch }: Standing,
    upstream: string,
    event: ActivityEvent,
    isPasswordless = false,
  ): Promise<'unlinked' | 'last' | 'refused'> {
    const link = (await this.list(accountId)).find((one) => one.upstream === upstream);
    const told = await this.#activity.prepare(accountId, event);
    const reply = await this.#unlink(accountId, [epoch, upstream, told, isPasswordless ? 1 : 0]);
    if (reply !== 1) return reply === -1 ? 'last' : 'refused';
    if (link) await this.release(accountId, link);
    return 'unlinked';
  }

  /** The subject leads to this account no longer, under whatever secret it was claimed. */
  async release(accountId: AccountId, subject: UpstreamSubject): Promise<void> {
    const { scripts, keyspace, keyring } = this.#context;
    for (const name of keyring.macs(UPSTREAM, nameOfSubject(subject)))
      await scripts.change('releasePointer', { pointer: keyspace.record(UPSTREAM, name) }, [accountId]);
  }

  async rewrite(accountId: AccountId, subject: UpstreamSubject): Promise<boolean> {
    const { keyspace, keyring } = this.#context;
    const names = keyring.macs(UPSTREAM, nameOfSubject(subject));
    const keys = names.map((name) => keyspace.record(UPSTREAM, name));
    const isLinked = async () => (await this.#linkOf(accountId, subject)) !== undefined;
    return movePointer(this.#context, keys, accountId, isLinked);
  }

  /** Names of the secrets under which the subject leads to this account. */
  async namesOf(accountId: AccountId, subject: UpstreamSubject): Promise<string[]> {
    const { keyspace, keyring } = this.#context;
    const names = keyring.macs(UPSTREAM, nameOfSubject(subject));
    const held = await Promise.all(names.map((name) => this.#read(keyspace.record(UPSTREAM, name))));
    return names.filter((_name, index) => held[index] === accountId);
  }

  #unlink(accountId: AccountId, args: (string | number)[]): Promise<unknown> {
    const { scripts, keyspace } = this.#context;
    return scripts.change('unlinkUpstream', keyspace.of(accountId), args);
  }

  async #linkOf(
    accountId: AccountId,
    { issuer, subject }: UpstreamSubject,
  ): Promise<UpstreamLink | undefined> {
    return (await this.list(accountId)).find((one) => one.issuer === issuer && one.subject === subject);
  }

  /** A pointer to an account that has no such link is as good as none: the account was closed, or a change was cut off. */
  async #claim(accountId: AccountId, subject: UpstreamSubject): Promise<boolean> {
    const { scripts, keyspace, keyring } = this.#context;
    const other = await this.#pointedAt(subject);
    if (other !== undefined && other !== accountId) {
      if (await this.#linkOf(other, subject)) return false;
      await this.release(other, subject);
    }
    const pointer = keyspace.record(UPSTREAM, keyring.mac(UPSTREAM, nameOfSubject(subject)));
    return (await scripts.change('claimPointer', { pointer }, [accountId])) === 1;
  }

  async #pointedAt(subject: UpstreamSubject): Promise<AccountId | undefined> {
    const { keyspace, keyring } = this.#context;
    return underAnyName(keyring.macs(UPSTREAM, nameOfSubject(subject)), async (name) => {
      const id = await this.#read(keyspace.record(UPSTREAM, name));
      return id === null ? undefined : (id as AccountId);
    });
  }

  #read(key: string): Promise<string | null> {
    return this.#context.scripts.plain('reading a pointer to an account', (redis) => redis.get(key));
  }
}
