import type { AccountId } from '../accounts/account.ts';
import {
  LINK_KEY_REFUSALS,
  type LinkKey,
  type LinkKeyFacts,
  type LinkKeyRefusal,
  type LinkKeyText,
  MAX_LINK_KEYS,
  TELL_REFUSAL_EVERY,
} from '../devices/link-key.ts';
import type { LinkKeyStore, NewLinkKey } from '../devices/link-key-store.ts';
import type { Owner } from '../devices/linked-device.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { RedisActivity } from './activity.ts';
import { type StoreContext, underAnyName } from './store-context.ts';

/** What the secret of a key is hashed for: its name in the store. */
export const LINK_KEY = 'link-key';

/** As the scripts tell of one. */
type KeyRow = [
  id: string,
  epoch: string,
  since: number,
  till: number,
  left: number,
  told: number,
  why: string,
  facts: string,
];

/** A hash in the account's slot, a field for each key, named by the HMAC of its secret. */
export class RedisLinkKeys implements LinkKeyStore {
  readonly #context: StoreContext;
  readonly #activity: RedisActivity;

  constructor(context: StoreContext, activity: RedisActivity) {
    this.#context = context;
    this.#activity = activity;
  }

  async make(
    { accountId, epoch }: Owner,
    { id, secret, life, name, clientId, scopes, network, uses, amr, authTime }: NewLinkKey,
    event: ActivityEvent,
  ): Promise<'made' | 'full' | 'refused'> {
    const { scripts, keyspace, keyring } = this.#context;
    const facts: LinkKeyFacts = { name, clientId, scopes, network, uses, amr, authTime };
    const sealed = keyring.seal(placeOf(accountId, id), facts);
    const told = await this.#activity.prepare(accountId, event);
    const args = [epoch, keyring.mac(LINK_KEY, secret), id, life, uses, sealed, told, MAX_LINK_KEYS];
    const reply = await scripts.change('makeLinkKey', keyspace.of(accountId), args);
    if (reply === -1) return 'full';
    return reply === 1 ? 'made' : 'refused';
  }

  async list({ accountId, epoch }: Owner): Promise<LinkKey[]> {
    const { scripts, keyspace } = this.#context;
    const rows = await scripts.read('listLinkKeys', keyspace.of(accountId), [epoch]);
    const keys = (rows as KeyRow[]).flatMap((row) => this.#open(accountId, row) ?? []);
    return keys.sort((a, b) => b.madeAt - a.madeAt);
  }

  async find({ accountId, secret }: LinkKeyText): Promise<LinkKey | undefined> {
    const { scripts, keyspace, keyring } = this.#context;
    return underAnyName(keyring.macs(LINK_KEY, secret), async (name) => {
      const row = (await scripts.read('readLinkKey', keyspace.of(accountId), [name])) as KeyRow | null;
      return row ? this.#open(accountId, row) : undefined;
    });
  }

  async refuse({ accountId, secret }: LinkKeyText, why: LinkKeyRefusal, event: ActivityEvent): Promise<void> {
    const { scripts, keyspace, keyring } = this.#context;
    const told = await this.#activity.prepare(accountId, event);
    await underAnyName(keyring.macs(LINK_KEY, secret), async (name) => {
      const args = [name, why, told, TELL_REFUSAL_EVERY];
      return (await scripts.change('refuseLinkKey', keyspace.of(accountId), args)) === 1 || undefined;
    });
  }

  async end(accountId: AccountId, id: string, event: ActivityEvent): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    const args = [id, await this.#activity.prepare(accountId, event)];
    return (await scripts.change('endLinkKey', keyspace.of(accountId), args)) === 1;
  }

  /** Facts that do not open were sealed under a secret that is gone: such a key links nothing. */
  #open(
    accountId: AccountId,
    [id, epoch, madeAt, endsAt, usesLeft, told, why, sealed]: KeyRow,
  ): LinkKey | undefined {
    const facts = this.#context.keyring.open<LinkKeyFacts>(placeOf(accountId, id), sealed);
    const reason = LINK_KEY_REFUSALS.find((one) => one === why);
    const refused = reason && { at: told, why: reason };
    return facts && { ...facts, id, accountId, epoch: Number(epoch), madeAt, endsAt, usesLeft, refused };
  }
}

const placeOf = (accountId: string, id: string) => `link-key:${accountId}:${id}`;
