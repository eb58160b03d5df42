import Provider, { type Adapter, type AdapterPayload, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { parseGrantId } from '../../devices/grant-id.ts';
import type { GrantStore } from '../../devices/grant-store.ts';
import type { Payload } from '../../devices/payload.ts';
import {
  digestOf,
  type RefreshTokenSeals,
  type SealedRefreshToken,
} from '../../devices/refresh-token-seals.ts';
import { answerReasons } from '../answer-reasons.ts';
import { requireGrantedResource } from '../asked-resources.ts';
import { commonPayload, payloadOf } from '../chain-payload.ts';
import { deviceEvent, endOfGrant } from '../events.ts';
import { presentRefreshToken } from '../presented-refresh-token.ts';
import type { RecordStore } from '../record-store.ts';
import { type MetRefreshToken, type RefreshExchange, refreshExchange } from '../refresh-exchange.ts';
import { requestCache } from '../request-cache.ts';
import { isSealed, mayBe } from '../token-ids.ts';
import { isHidden } from '../token-readers.ts';
import { RecordedRefreshTokens } from './recorded-refresh-tokens.ts';
import { RecordAdapter } from './records.ts';

/** Seconds for the request at hand. */
const REPLAY_SECONDS = 60;

interface RefreshTokenStores {
  readonly grants: GrantStore;
  readonly records: RecordStore;
  readonly refreshTokenSeals: RefreshTokenSeals;
}

/**
 * Refresh tokens for hardware that sleeps and loses answers (design, section 7).
 *
 * A token works until a successor has been used. Up to eight successors stand beside each other, so that every
 * lost answer may be asked for again; the first that is used, or whose access token is, wins. Presenting a
 * loser or an older one then is replay and ends that device's grant, and no other.
 *
 * A token says itself where it belongs, so there is no record of it: its place in the chain, and what the tokens of the
 * chain have in common, are kept with the grant. What was issued before tokens were sealed has records.
 */
export class RefreshTokenAdapter extends RecordAdapter implements Adapter {
  readonly #grants: GrantStore;
  readonly #seals: RefreshTokenSeals;
  readonly #recorded: RecordedRefreshTokens;

  constructor({ grants, records, refreshTokenSeals }: RefreshTokenStores) {
    super('RefreshToken', records);
    this.#grants = grants;
    this.#seals = refreshTokenSeals;
    this.#recorded = new RecordedRefreshTokens(grants, records);
  }

  override async upsert(id: string, payload: AdapterPayload, expiresIn = 0): Promise<void> {
    const { grantId } = payload;
    if (!grantId || !parseGrantId(grantId)) return super.upsert(id, payload, expiresIn);
    const exchange = refreshExchange();
    const cache = requestCache();
    // It may have happened in front of the library: once more could be one too many.
    if (cache.exchangeError) throw cache.exchangeError;
    const authority = cache.authority(grantId) ?? (await this.#grants.read(grantId));
    const seal = this.#seals.open(id);
    if (!authority || !seal) throw new errors.InvalidGrant('grant has ended');
    const added = this.#add(id, seal, { payload, client: authority.payload }, exchange);
    if (!exchange.parent) return void (await added);
    // The access token of the answer is written beside it, and waits for it: see AccessTokenAdapter.
    exchange.done = added;
    added.catch(() => {});
  }

  /** @returns name of the token that goes out */
  async #add(
    id: string,
    { name, grantId, generation }: SealedRefreshToken,
    { payload, client }: { payload: AdapterPayload; client: Payload },
    exchange: RefreshExchange,
  ): Promise<string> {
    const { parent } = exchange;
    exchange.issued = name;
    const addition = await this.#grants.addRefreshToken(
      grantId,
      {
        parent: parent && { name: parent.name, ...placeIn(parent) },
        name,
        generation,
        value: id,
        client,
        common: parent?.isChainKnown ? undefined : commonPayload(payload),
      },
      deviceEvent('device-replayed', 'server', grantId),
    );
    if (parent?.succeeds) await this.#recorded.shorten(parent.succeeds);
    if (addition.outcome === 'added') return name;
    if (addition.outcome === 'replay') answerReasons().replayed = true;
    if (addition.outcome !== 'again') throw new errors.InvalidGrant(`refresh token: ${addition.outcome}`);
    exchange.handedOutAgain = addition.value;
    return addition.name;
  }

  /** A loser or an older token shows as consumed: the library answers by revoking its grant. */
  override async find(id: string): Promise<AdapterPayload | undefined> {
    if (!mayBe('RefreshToken', id)) return undefined;
    const seal = this.#seals.open(id);
    if (seal) return this.#findSealed(id, seal);
    return isSealed(id) ? undefined : this.#recorded.find(id);
  }

  async #findSealed(id: string, seal: SealedRefreshToken): Promise<AdapterPayload | undefined> {
    if (isOfAnother(seal)) return undefined;
    const { grantId, name, place } = seal;
    const accountId = parseGrantId(grantId)?.accountId;
    const cache = requestCache();
    cache.asked = true;
    const claimsEnd = Provider.ctx?.oidc?.route === 'revocation';
    const asked = cache.refreshTokens.get(id) ?? presentRefreshToken(this.#grants, seal, { claimsEnd });
    const presented = await asked;
    if (!presented || !accountId) return undefined;
    const { authority, common, isReplay } = presented;
    cache.remember(grantId, authority);
    const met = { name, grantId, place, sealedPlace: place, isChainKnown: true, isReplay };
    refreshExchange().met.set(id, met);
    const payload = payloadOf(id, seal, accountId, common);
    return isReplay ? usedUp(payload) : payload;
  }

  /** Remembered only: it is used by the write of its successor, which is refused where it may not be. */
  override async consume(id: string): Promise<void> {
    const exchange = refreshExchange();
    const token = exchange.met.get(id) ?? (await this.#look(id));
    if (!token) return super.consume(id);
    requireGrantedResource(Provider.ctx, Provider.ctx?.oidc.entities.RefreshToken?.['resource']);
    exchange.parent = token;
  }

  /**
   * The library destroys a token before it revokes the grant. Cut off in between, the device would try again, hear
   * that all is done (RFC 7009 section 2.2), and its grant would live on. So the grant ends here.
   */
  override async destroy(id: string): Promise<void> {
    const token = refreshExchange().met.get(id) ?? (await this.#look(id));
    if (token) {
      if (token.isReplay && Provider.ctx?.oidc?.route === 'token') answerReasons().replayed = true;
      // Before it is forgotten: whether it is an app's or a device's is read off the grant.
      const event = endOfGrant(token.grantId);
      requestCache().forget(token.grantId);
      await this.#grants.end(token.grantId, event);
    }
    if (!isSealed(id)) await super.destroy(id);
  }

  async #look(id: string): Promise<MetRefreshToken | undefined> {
    const seal = this.#seals.open(id);
    if (!seal) return isSealed(id) ? undefined : this.#recorded.look(id);
    const { name, grantId, place } = seal;
    return { name, grantId, place, sealedPlace: place, isChainKnown: true, isReplay: false };
  }
}

/** Of a client that has no business with it, as its seal says: nothing is asked about it. */
function isOfAnother(seal: SealedRefreshToken): boolean {
  const ctx: KoaContextWithOIDC | undefined = Provider.ctx;
  const { client, route } = ctx?.oidc ?? {};
  if (!client) return false;
  const clientId = digestOf(client.clientId) === seal.client ? client.clientId : '';
  return route === 'token' ? clientId === '' : isHidden(ctx, { kind: 'RefreshToken', clientId });
}

/** Replay is replay however old the token is: the library looks at its age first. */
function usedUp(payload: AdapterPayload): AdapterPayload {
  return { ...payload, exp: Math.floor(Date.now() / 1000) + REPLAY_SECONDS, consumed: true };
}

function placeIn({ sealedPlace }: MetRefreshToken): { place?: number } {
  return sealedPlace === undefined ? {} : { place: sealedPlace };
}
