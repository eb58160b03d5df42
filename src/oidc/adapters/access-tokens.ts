import Provider, { type Adapter, type AdapterPayload } from 'oidc-provider';
import {
  type AccessTokenStore,
  LEADING_LENGTH,
  type TokenPresenter,
} from '../../devices/access-token-store.ts';
import { parseGrantId } from '../../devices/grant-id.ts';
import type { Authority, GrantStore } from '../../devices/grant-store.ts';
import type { Payload } from '../../devices/payload.ts';
import { answerReasons } from '../answer-reasons.ts';
import type { ClientDirectory } from '../client-directory.ts';
import type { RecordStore } from '../record-store.ts';
import { refreshExchange } from '../refresh-exchange.ts';
import { type RequestCache, requestCache } from '../request-cache.ts';
import { mayBe } from '../token-ids.ts';
import { isTheirs, presenterIn } from '../token-readers.ts';
import { RecordAdapter } from './records.ts';

/** What a token carries beside the library's fields: what its grant is asked when it is presented. */
interface TokenBinding {
  generation?: number;
  /** Name of the refresh token that went out with it. */
  issuedWith?: string;
}

export interface PresentedAccessToken {
  payload: AdapterPayload;
  /** Absent for a token that belongs to no account. */
  authority?: Authority;
}

/** Opaque access tokens: without authority of their own. The grant in the account's slot has the last word. */
export class AccessTokenAdapter extends RecordAdapter implements Adapter {
  readonly #grants: GrantStore;
  readonly #tokens: AccessTokenStore;
  readonly #clients: Pick<ClientDirectory, 'has'>;

  constructor(
    grants: GrantStore,
    records: RecordStore,
    tokens: AccessTokenStore,
    clients: Pick<ClientDirectory, 'has'>,
  ) {
    super('AccessToken', records);
    this.#grants = grants;
    this.#tokens = tokens;
    this.#clients = clients;
  }

  /** In which browser its owner signed in is for the app to know, not for the APIs that read the token. */
  override async upsert(id: string, { sid: _sid, ...payload }: AdapterPayload, expiresIn = 0): Promise<void> {
    const { grantId } = payload;
    if (!grantId || !parseGrantId(grantId)) return super.upsert(id, payload, expiresIn);
    const authority = requestCache().authority(grantId) ?? (await this.#grants.read(grantId));
    const write = (issuedWith: string | undefined) =>
      this.#write(id, payload, { generation: authority?.generation, issuedWith }, expiresIn);
    // Beside the exchange, without waiting for it. Where that is refused, this is a token that no client hears of, issued
    // with one that is in no chain.
    const { issued, done } = refreshExchange();
    const [, goesOut] = await Promise.all([write(issued), done]);
    if (goesOut && goesOut !== issued) await write(goesOut);
  }

  async #write(
    id: string,
    payload: AdapterPayload,
    { generation, issuedWith }: { generation: number | undefined; issuedWith: string | undefined },
    expiresIn: number,
  ): Promise<void> {
    const { aud, clientId = '', grantId = '' } = payload;
    if (id.length === LEADING_LENGTH) {
      const audience = aud === undefined ? undefined : String(aud);
      const facts = { grantId, clientId, audience, generation, issuedWith };
      return this.#tokens.write(id, payload as Payload, facts, expiresIn * 1000);
    }
    const binding = { ...(generation !== undefined && { generation }), ...(issuedWith && { issuedWith }) };
    await super.upsert(id, { ...payload, ...binding } as AdapterPayload, expiresIn);
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    if (!mayBe('AccessToken', id)) return undefined;
    const cache = requestCache();
    const presented = await (cache.presented.get(id) ?? this.present(id, presenterIn(Provider.ctx), cache));
    if (presented === 'not-theirs') answerReasons().hidden = true;
    if (!presented || presented === 'not-theirs') return undefined;
    if (presented.authority) cache.remember(String(presented.payload.grantId), presented.authority);
    return presented.payload;
  }

  /**
   * What a token says, and the authority it has from its account at this moment. The first use of an access token also
   * uses the refresh token that went out with it.
   *
   * @param cache of the request, for a fast path in front of the library
   * @returns `undefined` when it is unknown, its client is gone, or the account's slot has ended it
   */
  async present(
    id: string,
    presenter: TokenPresenter,
    cache = requestCache(),
  ): Promise<PresentedAccessToken | 'not-theirs' | undefined> {
    const found = await (id.length === LEADING_LENGTH
      ? this.#presentOfAccount(id, presenter, cache)
      : this.#presentRecord(id, presenter, cache));
    if (!found || found === 'not-theirs') return found;
    const { clientId } = found.payload;
    const isThere = clientId === undefined || this.#clients.has(clientId);
    return isThere === true || (await isThere) ? found : undefined;
  }

  async #presentOfAccount(
    id: string,
    presenter: TokenPresenter,
    cache: RequestCache,
  ): Promise<PresentedAccessToken | 'not-theirs' | undefined> {
    cache.asked = true;
    const found = await this.#tokens.present(id, presenter);
    if (!found) return undefined;
    const { payload, authority } = found;
    return authority ? { payload: payload as AdapterPayload, authority } : 'not-theirs';
  }

  /** One that does not say where its account is: it is of no account, or from before tokens said so. */
  async #presentRecord(
    id: string,
    presenter: TokenPresenter,
    cache: RequestCache,
  ): Promise<PresentedAccessToken | 'not-theirs' | undefined> {
    const found = (await super.find(id)) as (AdapterPayload & TokenBinding) | undefined;
    if (!found) return undefined;
    if (!isTheirs(presenter, found)) return 'not-theirs';
    const { grantId } = found;
    if (!grantId || !parseGrantId(grantId)) return { payload: found };
    const { generation = -1, issuedWith, ...payload } = found;
    cache.asked = true;
    const presented = { generation, ...(issuedWith ? { issuedWith } : {}) };
    const authority = await this.#grants.authorize(grantId, presented);
    return authority && { payload, authority };
  }

  override async destroy(id: string): Promise<void> {
    await (id.length === LEADING_LENGTH ? this.#tokens.remove(id) : super.destroy(id));
  }

  /**
   * Kills every token issued so far under the grant. The library also calls it when one access token is
   * revoked by its client: then only that one goes, and the device keeps its key (RFC 7009 section 2.1).
   */
  override async revokeByGrantId(grantId: string): Promise<void> {
    const { oidc } = Provider.ctx ?? {};
    if (!parseGrantId(grantId) || isRevocationOfAccessToken(oidc)) return;
    await this.#grants.raiseGeneration(grantId);
  }
}

/** Whether the request at hand is RFC 7009 for an access token. */
export function isRevocationOfAccessToken(
  oidc: { route?: string; entities: { AccessToken?: unknown } } | undefined,
): boolean {
  return oidc?.route === 'revocation' && oidc.entities.AccessToken !== undefined;
}
