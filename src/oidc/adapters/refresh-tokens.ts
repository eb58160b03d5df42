import Provider, { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { parseGrantId } from '../../devices/grant-id.ts';
import type { Authority, GrantStore } from '../../devices/grant-store.ts';
import { answerReasons } from '../answer-reasons.ts';
import { requireGrantedResource } from '../asked-resources.ts';
import { deviceEvent, endOfGrant } from '../events.ts';
import type { RecordStore } from '../record-store.ts';
import { type MetRefreshToken, type RefreshExchange, refreshExchange } from '../refresh-exchange.ts';
import { requestCache } from '../request-cache.ts';
import { mayBe } from '../token-ids.ts';
import { isHidden } from '../token-readers.ts';
import type { TokenBinding } from './access-tokens.ts';
import { RecordAdapter } from './records.ts';

/** Milliseconds that a token is still known after a successor was exchanged: so long, replay of it is seen. */
const FORMER_HEAD_LIFE = 7 * 86_400_000;

/**
 * Refresh tokens for hardware that sleeps and loses answers (design, section 7).
 *
 * A token works until a successor has been used. Up to eight successors stand beside each other, so that every
 * lost answer may be asked for again; the first that is used, or whose access token is, wins. Presenting a
 * loser or an older one then is replay and ends that device's grant, and no other.
 *
 * The token itself is a record without authority; its place in the chain is kept with the grant.
 */
export class RefreshTokenAdapter extends RecordAdapter implements Adapter {
  readonly #grants: GrantStore;

  constructor(grants: GrantStore, records: RecordStore) {
    super('RefreshToken', records);
    this.#grants = grants;
  }

  override async upsert(id: string, payload: AdapterPayload, expiresIn = 0): Promise<void> {
    const { grantId } = payload;
    if (!grantId || !parseGrantId(grantId)) return super.upsert(id, payload, expiresIn);
    const exchange = refreshExchange();
    const authority = requestCache().authority(grantId) ?? (await this.#grants.read(grantId));
    if (!authority) throw new errors.InvalidGrant('grant has ended');
    const bound = { ...payload, ...bindingOf(authority, exchange.parent) } as AdapterPayload;
    const added = this.#add(id, bound, expiresIn, exchange);
    if (!exchange.parent) return void (await added);
    // The access token of the answer is written beside it, and waits for it: see AccessTokenAdapter.
    exchange.done = added;
    added.catch(() => {});
  }

  /**
   * Record and chain hear of the new token at once. Cut off in between, either is a key that opens nothing, and the head
   * of the chain still stands.
   *
   * @returns name of the token that goes out
   */
  async #add(
    id: string,
    payload: AdapterPayload,
    expiresIn: number,
    exchange: RefreshExchange,
  ): Promise<string> {
    const { parent } = exchange;
    const grantId = String(payload.grantId);
    const name = this.records.nameOf('RefreshToken', id);
    exchange.issued = name;
    const [addition] = await Promise.all([
      this.#grants.addRefreshToken(
        grantId,
        { parent: parent?.name, name, value: id },
        deviceEvent('device-replayed', 'server', grantId),
      ),
      super.upsert(id, payload, expiresIn),
      parent?.succeeds && this.records.shorten('RefreshToken', parent.succeeds, FORMER_HEAD_LIFE),
    ]);
    if (addition.outcome === 'added') return name;
    await super.destroy(id);
    if (addition.outcome === 'replay') answerReasons().replayed = true;
    if (addition.outcome !== 'again') throw new errors.InvalidGrant(`refresh token: ${addition.outcome}`);
    // Written once more: where only the chain heard of it at first, it would be a key that opens nothing.
    await super.upsert(addition.value, { ...payload, jti: addition.value }, expiresIn);
    exchange.handedOutAgain = addition.value;
    return addition.name;
  }

  /** A loser or an older token shows as consumed: the library answers by revoking its grant. */
  override async find(id: string): Promise<AdapterPayload | undefined> {
    if (!mayBe('RefreshToken', id)) return undefined;
    const record = await this.records.find<AdapterPayload & TokenBinding>('RefreshToken', id);
    if (!record || isHidden(Provider.ctx, record.payload)) return undefined;
    const { grantId } = record.payload;
    if (!grantId || !parseGrantId(grantId)) return super.find(id);
    const { generation = -1, succeeds, ...payload } = record.payload;
    const cache = requestCache();
    cache.asked = true;
    const authority = await this.#grants.authorize(grantId, { generation, refreshToken: record.name });
    if (!authority) return undefined;
    cache.remember(grantId, authority);
    refreshExchange().met.set(id, { name: record.name, grantId, succeeds });
    if (authority.place !== 'replay') return payload;
    answerReasons().replayed = true;
    return { ...payload, consumed: true };
  }

  /** Remembered only: it is used by the write of its successor, which is refused where it may not be. */
  override async consume(id: string): Promise<void> {
    const exchange = refreshExchange();
    const token = exchange.met.get(id) ?? (await this.#look(id, exchange));
    if (!token) return super.consume(id);
    requireGrantedResource(Provider.ctx, Provider.ctx?.oidc.entities.RefreshToken?.['resource']);
    exchange.parent = token;
  }

  /**
   * The library destroys a token before it revokes the grant. Cut off in between, the device would try again with
   * a token that is not known, hear that all is done (RFC 7009 section 2.2), and its grant would live on. So the
   * grant ends first.
   */
  override async destroy(id: string): Promise<void> {
    const exchange = refreshExchange();
    const token = exchange.met.get(id) ?? (await this.#look(id, exchange));
    if (token) {
      // Before it is forgotten: whether it is an app's or a device's is read off the grant.
      const event = endOfGrant(token.grantId);
      requestCache().forget(token.grantId);
      await this.#grants.end(token.grantId, event);
    }
    await super.destroy(id);
  }

  async #look(id: string, exchange: RefreshExchange): Promise<MetRefreshToken | undefined> {
    const record = await this.records.find<AdapterPayload & TokenBinding>('RefreshToken', id);
    const grantId = record?.payload.grantId;
    if (!record || !grantId || !parseGrantId(grantId)) return undefined;
    const token = { name: record.name, grantId, succeeds: record.payload.succeeds };
    exchange.met.set(id, token);
    return token;
  }
}

function bindingOf({ generation }: Authority, parent: MetRefreshToken | undefined): TokenBinding {
  return { generation, ...(parent && { succeeds: parent.name }) };
}
