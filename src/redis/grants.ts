import { deviceRow } from '../admin/device-index.ts';
import { type ClientEpochs, isAlive } from '../devices/client-state.ts';
import { type GrantId, parseGrantId } from '../devices/grant-id.ts';
import {
  type AskingDevice,
  type Authority,
  type GrantStore,
  MAX_SUCCESSORS,
  type NewRefreshToken,
  type PlaceInChain,
  type PresentedToken,
  type RefreshTokenAddition,
} from '../devices/grant-store.ts';
import { type LinkKeyText, MORE_WAITING } from '../devices/link-key.ts';
import type { Payload } from '../devices/payload.ts';
import type { ActivityEvent } from '../events/event.ts';
import { accessTokenRecord } from './access-token-record.ts';
import type { AccountKeys } from './account-keys.ts';
import { placeOfDevice, type RedisActivity } from './activity.ts';
import { RedisDeviceIndex } from './device-index.ts';
import { removeEnded } from './ended-devices.ts';
import { JudgedGrant } from './judged-grant.ts';
import type { Keyring } from './keyring.ts';
import { leanPayload, wholePayload } from './lean-payloads.ts';
import { LINK_KEY } from './link-keys.ts';
import { openProfile } from './profiles.ts';
import type { ScriptReply } from './scripts.ts';
import { type ClientContext, underAnyName } from './store-context.ts';

/** What the payload of a grant is sealed for. */
export const placeOfGrant = (grantId: string) => `grant:${grantId}`;

/** What the tokens of its chain have in common. */
export const placeOfChain = (grantId: string) => `${placeOfGrant(grantId)}:chain`;

/** What the id of a grant says of it; the protocol library asks for all of it. */
const saidBy = (grantId: string): Payload => ({
  kind: 'Grant',
  jti: grantId,
  accountId: parseGrantId(grantId)?.accountId,
});

/** As it lies in the account's slot. */
export function sealGrant(keyring: Keyring, grantId: string, payload: Payload): string {
  return keyring.seal(placeOfGrant(grantId), leanPayload(payload, saidBy(grantId)));
}

export function openGrant(keyring: Keyring, grantId: string, sealed: string): Payload | undefined {
  const payload = keyring.openAgain<Payload>(placeOfGrant(grantId), sealed);
  return payload && wholePayload(payload, () => saidBy(grantId));
}

/** As the scripts answer; of a presented refresh token more. */
type ChainReply = [standing?: PlaceInChain['standing'], place?: number, sealed?: string];
type AuthorityReply = [
  sealed: string,
  generation: number,
  profile: string | null,
  memberId: string,
  ...ChainReply,
];

/** A field for each grant in the account's slot. */
export class RedisGrants implements GrantStore {
  readonly #context: ClientContext;
  readonly #activity: RedisActivity;
  readonly #max: number;
  readonly #index: RedisDeviceIndex;

  /** @param max devices that may be linked to one account at once */
  constructor(context: ClientContext, activity: RedisActivity, max: number) {
    this.#context = context;
    this.#activity = activity;
    this.#max = max;
    this.#index = new RedisDeviceIndex(context);
  }

  async write(
    grantId: string,
    payload: Payload,
    time: { lifetime: number; waiting: number },
    asks?: AskingDevice,
  ): Promise<'written' | 'refused' | 'full'> {
    const { id, keys } = this.#at(grantId);
    const sealed = sealGrant(this.#context.keyring, grantId, payload);
    const asking = asks ? this.#context.keyring.seal(placeOfDevice(id.accountId, id.name), asks) : '';
    const args = [id.epoch, id.name, time.lifetime, time.waiting, sealed, this.#max, asking];
    const write = () => this.#context.scripts.change('writeGrant', keys, args);
    const [reply] = await Promise.all([this.#withRoom(id, write), this.#list(id, payload)]);
    if (reply === -1) return 'full';
    return reply === 1 ? 'written' : 'refused';
  }

  async writeUnderKey(
    grantId: string,
    payload: Payload,
    time: { lifetime: number; waiting: number },
    { accountId, secret }: LinkKeyText,
  ): Promise<'written' | 'refused' | 'full' | 'crowded'> {
    const { id, keys } = this.#at(grantId);
    if (id.accountId !== accountId) return 'refused';
    const sealed = sealGrant(this.#context.keyring, grantId, payload);
    const written = await underAnyName(this.#context.keyring.macs(LINK_KEY, secret), async (name) => {
      const limits = [this.#max, name, MORE_WAITING];
      const args = [id.epoch, id.name, time.lifetime, time.waiting, sealed, ...limits];
      const reply = await this.#withRoom(id, () =>
        this.#context.scripts.change('presentLinkKey', keys, args),
      );
      return reply === 0 ? undefined : reply;
    });
    // Anyone may present what looks like a key: only one that is good has a row.
    if (written === 1) await this.#list(id, payload);
    if (written === -1) return 'full';
    if (written === -2) return 'crowded';
    return written === 1 ? 'written' : 'refused';
  }

  async activate(grantId: string, device: Payload, event?: ActivityEvent): Promise<Authority | undefined> {
    const { id, keys } = this.#at(grantId);
    const sealed = this.#context.keyring.seal(placeOfDevice(id.accountId, id.name), device);
    const args = [id.epoch, id.name, sealed, await this.#activity.prepare(id.accountId, event)];
    return this.#judged(grantId, this.#context.scripts.change('activateGrant', keys, args));
  }

  async read(grantId: string): Promise<Authority | undefined> {
    const { id, keys } = this.#at(grantId);
    const args = [id.epoch, id.name];
    return this.#judged(grantId, this.#context.scripts.read('readAuthority', keys, args));
  }

  async authorize(
    grantId: string,
    presented: PresentedToken,
    { claimsEnd = false } = {},
  ): Promise<Authority | undefined> {
    const { id, keys } = this.#at(grantId);
    const { generation, refreshToken, issuedWith = '' } = presented;
    const { name = '', place = '', expiresAt = '' } = refreshToken ?? {};
    const args = [id.epoch, id.name, generation, name, issuedWith, place, expiresAt];
    const { scripts } = this.#context;
    const ask = (inSync = false) =>
      this.#judged(grantId, scripts.touch('authorizeAndTouch', keys, args, inSync));
    const authority = await ask();
    // An end that no replica has yet is none to tell of.
    return claimsEnd && !authority && scripts.waitsForReplicas ? ask(true) : authority;
  }

  async addRefreshToken(
    grantId: string,
    token: NewRefreshToken,
    onReplay?: ActivityEvent,
  ): Promise<RefreshTokenAddition> {
    const { id, keys, place } = this.#at(grantId);
    const { scripts, keyring, clientStates } = this.#context;
    const { parent, common } = token;
    const sealed = keyring.seal(`${place}:successor`, token.value);
    const known = common ? keyring.seal(placeOfChain(grantId), common) : '';
    const from = [parent?.name ?? '', parent?.place ?? ''];
    const added = [id.epoch, id.name, ...from, token.name, token.generation, sealed, MAX_SUCCESSORS, known];
    const beside = token.accessToken && accessTokenRecord(this.#context, token.accessToken);
    // Without one, a key in the same slot that is left alone.
    const { account, grants } = keys;
    const all = { account, grants, accessToken: beside?.key ?? grants };
    const change = scripts.change('addRefreshToken', all, [...added, ...(beside?.args ?? [])]);
    const asked = [change, clientStates.current()] as const;
    const [reply, epochs] = await Promise.all(asked);
    const [outcome, name, again] = reply as string[];
    if (!isAlive(epochs, token.client ?? {})) return { outcome: 'gone' };
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

  /** Its account and its client are asked side by side: both have to say that it may act. */
  async #judged(grantId: string, asked: Promise<ScriptReply>): Promise<Authority | undefined> {
    const [reply, epochs] = await Promise.all([asked, this.#context.clientStates.current()]);
    return this.authorityOf(grantId, reply, epochs);
  }

  /** What a script has said of a grant, where its client may act, too. */
  authorityOf(grantId: string, reply: ScriptReply, epochs: ClientEpochs): Authority | undefined {
    if (!reply) return undefined;
    const { id } = this.#at(grantId);
    const { keyring } = this.#context;
    const [sealed, generation, sealedProfile, memberId, ...presented] = reply as AuthorityReply;
    const payload = openGrant(keyring, grantId, sealed);
    if (!payload || !isAlive(epochs, payload)) return undefined;
    const profile = () => openProfile(keyring, id.accountId, sealedProfile);
    const authority: Authority = new JudgedGrant(payload, generation, profile);
    if (memberId) authority.memberId = memberId;
    const chain = this.#chainOf(grantId, presented);
    if (chain) authority.chain = chain;
    return authority;
  }

  /** Beside the grant, which gives nothing while it waits: so no device acts without a row in the list of its client. */
  async #list({ accountId, name }: GrantId, { clientId }: Payload): Promise<void> {
    const row = { id: deviceRow(accountId, name), at: Date.now() };
    if (typeof clientId === 'string') await this.#index.add(clientId, [row]);
  }

  /** Devices that the operator has ended are counted by the script, which cannot know: where there are too many, they go. */
  async #withRoom(owner: GrantId, write: () => Promise<ScriptReply>): Promise<ScriptReply> {
    const reply = await write();
    if (reply !== -1 || !(await removeEnded(this.#context, owner))) return reply;
    return write();
  }

  #chainOf(grantId: string, [standing, place, sealed]: ChainReply): PlaceInChain | undefined {
    if (!standing) return undefined;
    const common = sealed ? this.#context.keyring.open<Payload>(placeOfChain(grantId), sealed) : undefined;
    return { standing, place: place ?? 0, common };
  }

  #at(grantId: string): { id: GrantId; keys: AccountKeys; place: string } {
    const id = parseGrantId(grantId);
    if (!id) throw new TypeError('not the id of an account’s grant');
    return { id, keys: this.#context.keyspace.of(id.accountId), place: placeOfGrant(grantId) };
  }
}
