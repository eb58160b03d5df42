import Provider, { type Adapter, type AdapterPayload } from 'oidc-provider';
import { parseGrantId } from '../../devices/grant-id.ts';
import type { Authority, GrantStore } from '../../devices/grant-store.ts';
import type { RecordStore } from '../record-store.ts';
import { refreshExchange } from '../refresh-exchange.ts';
import { requestCache } from '../request-cache.ts';
import { mayBe } from '../token-ids.ts';
import { isHidden } from '../token-readers.ts';
import { RecordAdapter } from './records.ts';

/** What a token carries beside the library's fields: what its grant is asked when it is presented. */
export interface TokenBinding {
  generation?: number;
  /** Name of the refresh token that went out with it. */
  issuedWith?: string;
  /** Of a refresh token: name of the one that it was handed out for. */
  succeeds?: string;
}

export interface PresentedAccessToken {
  payload: AdapterPayload;
  /** Absent for a token that belongs to no account. */
  authority?: Authority;
}

/** Opaque access tokens: records without authority. The grant in the account's slot has the last word. */
export class AccessTokenAdapter extends RecordAdapter implements Adapter {
  readonly #grants: GrantStore;

  constructor(grants: GrantStore, records: RecordStore) {
    super('AccessToken', records);
    this.#grants = grants;
  }

  /** In which browser its owner signed in is for the app to know, not for the APIs that read the token. */
  override async upsert(
    id: string,
    { sid: _sid, ...payload }: AdapterPayload,
    expiresIn?: number,
  ): Promise<void> {
    const { grantId } = payload;
    if (!grantId || !parseGrantId(grantId)) return super.upsert(id, payload, expiresIn);
    const authority = requestCache().authority(grantId) ?? (await this.#grants.read(grantId));
    const generation = authority ? { generation: authority.generation } : {};
    const write = (issuedWith: string | undefined) => {
      const binding: TokenBinding = { ...generation, ...(issuedWith ? { issuedWith } : {}) };
      return super.upsert(id, { ...payload, ...binding } as AdapterPayload, expiresIn);
    };
    // Beside the exchange, without waiting for it. Where that is refused, this is a token that no client hears of, issued
    // with one that is in no chain.
    const { issued, done } = refreshExchange();
    const [, goesOut] = await Promise.all([write(issued), done]);
    if (goesOut && goesOut !== issued) await write(goesOut);
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    if (!mayBe('AccessToken', id)) return undefined;
    const cache = requestCache();
    const isTheirs = (token: AdapterPayload) => !isHidden(Provider.ctx, token);
    const presented = await (cache.presented.get(id) ?? this.present(id, cache, isTheirs));
    if (presented?.authority) cache.remember(String(presented.payload.grantId), presented.authority);
    return presented?.payload;
  }

  /**
   * What a token says, and the authority it has from its account at this moment. The first use of an access token also
   * uses the refresh token that went out with it.
   *
   * @param cache of the request, for a fast path in front of the library
   * @param isTheirs whether the client that presents it has any business with it
   * @returns `undefined` when it is unknown, not theirs, or the account's slot has ended it
   */
  async present(
    id: string,
    cache = requestCache(),
    isTheirs: (token: AdapterPayload) => boolean = () => true,
  ): Promise<PresentedAccessToken | undefined> {
    const found = (await super.find(id)) as (AdapterPayload & TokenBinding) | undefined;
    if (found && !isTheirs(found)) return undefined;
    const grantId = found?.grantId;
    if (!found || !grantId || !parseGrantId(grantId)) return found && { payload: found };
    const { generation = -1, issuedWith, ...payload } = found;
    cache.asked = true;
    const authority = await this.#grants.authorize(grantId, {
      generation,
      ...(issuedWith ? { issuedWith } : {}),
    });
    return authority && { payload, authority };
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
