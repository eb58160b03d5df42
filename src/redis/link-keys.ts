import type { AccountId } from '../accounts/account.ts';
import { type ClientEpochs, isAlive, stampOf } from '../devices/client-state.ts';
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
import { type ClientContext, underAnyName } from './store-context.ts';

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
  readonly #context: ClientContext;
  readonly #activity: RedisActivity;

  constructor(context: ClientContext, activity: RedisActivity) {
    this.#context = context;
    this.#activity = activity;
  }

  /** Where there are too many, those that the operator has ended make room: their owner does not see them any more. */
  async make(owner: Owner, key: NewLinkKey, event: ActivityEvent): Promise<'made' | 'full' | 'refused'> {
    const made = await this.#make(owner, key, event);
    if (made !== 'full') return made;
    const [keys, epochs] = await this.#read(owner);
    const ended = keys.filter((one) => !isAlive(epochs, one));
    await Promise.all(ended.map(({ id }) => this.#end(owner.accountId, id, '')));
    return ended.length > 0 ? this.#make(owner, key, event) : made;
  }

  async #make(
    { accountId, epoch }: Owner,
    { id, secret, life, name, clientId, scopes, network, uses, amr, authTime }: NewLinkKey,
    event: ActivityEvent,
  ): Promise<'made' | 'full' | 'refused'> {
    const { scripts, keyspace, keyring, clientStates } = this.#context;
    const stamp = stampOf(await clientStates.current(), clientId);
    const facts: LinkKeyFacts = { name, clientId, ...stamp, scopes, network, uses, amr, authTime };
    const sealed = keyring.seal(placeOf(accountId, id), facts);
    const told = await this.#activity.prepare(accountId, event);
    const args = [epoch, keyring.mac(LINK_KEY, secret), id, life, uses, sealed, told, MAX_LINK_KEYS];
    const reply = await scripts.change('makeLinkKey', keyspace.of(accountId), args);
    if (reply === -1) return 'full';
    return reply === 1 ? 'made' : 'refused';
  }

  async list(owner: Owner): Promise<LinkKey[]> {
    const [keys, epochs] = await this.#read(owner);
    return keys.filter((one) => isAlive(epochs, one)).sort((a, b) => b.madeAt - a.madeAt);
  }

  async #read({ accountId, epoch }: Owner): Promise<[LinkKey[], ClientEpochs]> {
    const { scripts, keyspace, clientStates } = this.#context;
    const asked = scripts.read('listLinkKeys', keyspace.of(accountId), [epoch]);
    const [rows, epochs] = await Promise.all([asked, clientStates.current()]);
    return [(rows as KeyRow[]).flatMap((row) => this.#open(accountId, row) ?? []), epochs];
  }

  async find({ accountId, secret }: LinkKeyText): Promise<LinkKey | undefined> {
    const { scripts, keyspace, keyring, clientStates } = this.#context;
    return underAnyName(keyring.macs(LINK_KEY, secret), async (name) => {
      const asked = scripts.read('readLinkKey', keyspace.of(accountId), [name]);
      const [row, epochs] = await Promise.all([asked, clientStates.current()]);
      const key = row ? this.#open(accountId, row as KeyRow) : undefined;
      return key && isAlive(epochs, key) ? key : undefined;
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
    return this.#end(accountId, id, await this.#activity.prepare(accountId, event));
  }

  async #end(accountId: AccountId, id: string, told: string): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    return (await scripts.change('endLinkKey', keyspace.of(accountId), [id, told])) === 1;
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
