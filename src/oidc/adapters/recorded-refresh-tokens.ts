import Provider, { type AdapterPayload } from 'oidc-provider';
import { parseGrantId } from '../../devices/grant-id.ts';
import type { GrantStore } from '../../devices/grant-store.ts';
import type { RecordStore } from '../record-store.ts';
import { type MetRefreshToken, refreshExchange } from '../refresh-exchange.ts';
import { requestCache } from '../request-cache.ts';
import { isHidden } from '../token-readers.ts';

const KIND = 'RefreshToken';
/** Milliseconds that such a token is still known after a successor was exchanged: so long, replay of it is seen. */
const FORMER_HEAD_LIFE = 7 * 86_400_000;

/** What the record of such a token says beside the library's fields. */
interface Binding {
  generation?: number;
  /** Name of the one that it was handed out for. */
  succeeds?: string;
}

/**
 * Refresh tokens that were issued before tokens were sealed: random ids, each with a record. They go on working, and
 * what succeeds them is sealed; so they become fewer with each refresh, and the last is gone `REFRESH_IDLE_DAYS` after it
 * was issued. Of any other grant than an account's, each token has a record still.
 */
export class RecordedRefreshTokens {
  readonly #grants: GrantStore;
  readonly #records: RecordStore;

  constructor(grants: GrantStore, records: RecordStore) {
    this.#grants = grants;
    this.#records = records;
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const record = await this.#records.find<AdapterPayload & Binding>(KIND, id);
    if (!record || isHidden(Provider.ctx, record.payload)) return undefined;
    const { generation = -1, succeeds, ...payload } = record.payload;
    const { grantId } = payload;
    if (!grantId || !parseGrantId(grantId)) return record.consumed ? { ...payload, consumed: true } : payload;
    const cache = requestCache();
    cache.asked = true;
    const authority = await this.#grants.authorize(grantId, {
      generation,
      refreshToken: { name: record.name },
    });
    const { chain } = authority ?? {};
    if (!authority || !chain || chain.standing === 'ahead') return undefined;
    cache.remember(grantId, authority);
    const isReplay = chain.standing === 'replay';
    const isChainKnown = chain.common !== undefined;
    const met = { name: record.name, grantId, place: chain.place, succeeds, isChainKnown, isReplay };
    refreshExchange().met.set(id, met);
    return isReplay ? { ...payload, consumed: true } : payload;
  }

  /** Whose grant it is, without asking that. */
  async look(id: string): Promise<MetRefreshToken | undefined> {
    const record = await this.#records.find<AdapterPayload & Binding>(KIND, id);
    const grantId = record?.payload.grantId;
    if (!record || !grantId || !parseGrantId(grantId)) return undefined;
    const { succeeds } = record.payload;
    return { name: record.name, grantId, place: 0, succeeds, isChainKnown: false, isReplay: false };
  }

  /** A successor of the token of this name was exchanged. */
  shorten(name: string): Promise<void> {
    return this.#records.shorten(KIND, name, FORMER_HEAD_LIFE);
  }
}
