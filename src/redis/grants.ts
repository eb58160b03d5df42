import { type GrantId, parseGrantId } from '../devices/grant-id.ts';
import {
  type AskingDevice,
  type Authority,
  type GrantStore,
  MAX_SUCCESSORS,
  type NewRefreshToken,
  type PresentedToken,
  type RefreshTokenAddition,
} from '../devices/grant-store.ts';
import type { Payload } from '../devices/payload.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { AccountKeys } from './account-keys.ts';
import { placeOfDevice, type RedisActivity } from './activity.ts';
import { openProfile } from './profiles.ts';
import type { ScriptReply } from './scripts.ts';
import type { StoreContext } from './store-context.ts';

/** What the payload of a grant is sealed for. */
export const placeOfGrant = (grantId: string) => `grant:${grantId}`;

type Place = NonNullable<Authority['place']>;

/** A field for each grant in the account's slot. */
export class RedisGrants implements GrantStore {
  readonly #context: StoreContext;
  readonly #activity: RedisActivity;
  readonly #max: number;

  /** @param max devices that may be linked to one account at once */
  constructor(context: StoreContext, activity: RedisActivity, max: number) {
    this.#context = context;
    this.#activity = activity;
    this.#max = max;
  }

  async write(
    grantId: string,
    payload: Payload,
    time: { lifetime: number; waiting: number },
    asks?: AskingDevice,
  ): Promise<'written' | 'refused' | 'full'> {
    const { id, keys, place } = this.#at(grantId);
    const sealed = this.#context.keyring.seal(place, payload);
    const asking = asks ? this.#context.keyring.seal(placeOfDevice(id.accountId, id.name), asks) : '';
    const args = [id.epoch, id.name, time.lifetime, time.waiting, sealed, this.#max, asking];
    const reply = await this.#context.scripts.change('writeGrant', keys, args);
    if (reply === -1) return 'full';
    return reply === 1 ? 'written' : 'refused';
  }

  async activate(grantId: string, device: Payload, event?: ActivityEvent): Promise<Authority | undefined> {
    const { id, keys } = this.#at(grantId);
    const sealed = this.#context.keyring.seal(placeOfDevice(id.accountId, id.name), device);
    const args = [id.epoch, id.name, sealed, await this.#activity.prepare(id.accountId, event)];
    return this.authorityOf(grantId, await this.#context.scripts.change('activateGrant', keys, args));
  }

  async read(grantId: string): Promise<Authority | undefined> {
    const { id, keys } = this.#at(grantId);
    const args = [id.epoch, id.name];
    return this.authorityOf(grantId, await this.#context.scripts.read('readAuthority', keys, args));
  }

  async authorize(grantId: string, presented: PresentedToken): Promise<Authority | undefined> {
    const { id, keys } = this.#at(grantId);
    const { generation, refreshToken = '', issuedWith = '' } = presented;
    const args = [id.epoch, id.name, generation, refreshToken, issuedWith];
    return this.authorityOf(grantId, await this.#context.scripts.touch('authorizeAndTouch', keys, args));
  }

  async addRefreshToken(
    grantId: string,
    token: NewRefreshToken,
    onReplay?: ActivityEvent,
  ): Promise<RefreshTokenAddition> {
    const { id, keys, place } = this.#at(grantId);
    const { scripts, keyring } = this.#context;
    const sealed = keyring.seal(`${place}:successor`, token.value);
    const args = [id.epoch, id.name, token.parent ?? '', token.name, sealed, MAX_SUCCESSORS];
    const [outcome, name, again] = (await scripts.change('addRefreshToken', keys, args)) as string[];
    if (outcome === 'ok') return { outcome: 'added' };
    if (outcome === 'lost') return { outcome: 'lost' };
    if (outcome === 'replay') return { outcome: (await this.end(grantId, onReplay)) ? 'replay' : 'gone' };
    const value = again && keyring.open<string>(`${place}:successor`, again);
    return name && value ? { outcome: 'again', name, value } : { outcome: 'gone' };
  }

  async raiseGeneration(grantId: string): Promise<void> {
    const { id, keys } = this.#at(grantId);
    await this.#context.scripts.change('raiseGeneration', keys, [id.name]);
  }

  async end(grantId: string, event?: ActivityEvent): Promise<boolean> {
    const { id, keys } = this.#at(grantId);
    const told = await this.#activity.prepareEnd(id.accountId, event);
    const args = [id.name, told, event?.by === 'app' ? 'app' : ''];
    return (await this.#context.scripts.change('endGrant', keys, args)) === 1;
  }

  /** What a script has said of a grant. */
  authorityOf(grantId: string, reply: ScriptReply): Authority | undefined {
    if (!reply) return undefined;
    const { id, place } = this.#at(grantId);
    const { keyring } = this.#context;
    const [sealed, generation, sealedProfile, position, memberId] = reply as [
      string,
      number,
      string | null,
      Place | '',
      string,
    ];
    const payload = keyring.open<Payload>(place, sealed);
    if (!payload) return undefined;
    return {
      payload,
      generation,
      // Few requests ask for it, so it is opened when they do.
      get profile() {
        return openProfile(keyring, id.accountId, sealedProfile);
      },
      ...(position ? { place: position } : {}),
      ...(memberId ? { memberId } : {}),
    };
  }

  #at(grantId: string): { id: GrantId; keys: AccountKeys; place: string } {
    const id = parseGrantId(grantId);
    if (!id) throw new TypeError('not the id of an account’s grant');
    return { id, keys: this.#context.keyspace.of(id.accountId), place: placeOfGrant(grantId) };
  }
}
