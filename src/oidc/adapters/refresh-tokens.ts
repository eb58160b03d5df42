import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { parseGrantId } from '../../devices/grant-id.ts';
import type { GrantStore } from '../../devices/grant-store.ts';
import { deviceEvent, endOfGrant } from '../events.ts';
import type { RecordStore } from '../record-store.ts';
import { type RequestMemory, requestMemory } from '../request-memory.ts';
import { mayBe } from '../token-ids.ts';
import type { TokenBinding } from './access-tokens.ts';
import { RecordAdapter } from './records.ts';

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
    const memory = requestMemory();
    const authority = memory.authority(grantId) ?? (await this.#grants.read(grantId));
    if (!authority) throw new errors.InvalidGrant('grant has ended');
    const name = this.records.nameOf('RefreshToken', id);
    const binding: TokenBinding = { generation: authority.generation };
    const [, addition] = await Promise.all([
      super.upsert(id, { ...payload, ...binding } as AdapterPayload, expiresIn),
      this.#grants.addRefreshToken(grantId, { parent: memory.exchanged, name, value: id }),
    ]);
    if (addition.outcome === 'added') {
      memory.issued = name;
      return;
    }
    await super.destroy(id);
    if (addition.outcome !== 'again')
      throw new errors.InvalidGrant(`refresh token chain: ${addition.outcome}`);
    // Written once more: where only the chain heard of it at first, it would be a key that opens nothing.
    const again = { ...payload, jti: addition.value, ...binding };
    await super.upsert(addition.value, again as AdapterPayload, expiresIn);
    memory.issued = addition.name;
    memory.handedOutAgain = addition.value;
  }

  /** A loser or an older token shows as consumed: the library answers by revoking its grant. */
  override async find(id: string): Promise<AdapterPayload | undefined> {
    if (!mayBe('RefreshToken', id)) return undefined;
    const record = await this.records.find<AdapterPayload & TokenBinding>('RefreshToken', id);
    if (!record) return undefined;
    const { grantId } = record.payload;
    if (!grantId || !parseGrantId(grantId)) return super.find(id);
    const { generation = -1, ...payload } = record.payload;
    requestMemory().asked = true;
    const authority = await this.#grants.read(grantId, { generation, refreshToken: record.name });
    if (!authority) return undefined;
    const memory = requestMemory();
    memory.remember(grantId, authority);
    memory.refreshTokens.set(id, { name: record.name, grantId });
    memory.replayed ||= authority.place === 'replay';
    return authority.place === 'replay' ? { ...payload, consumed: true } : payload;
  }

  override async consume(id: string): Promise<void> {
    const memory = requestMemory();
    const token = memory.refreshTokens.get(id) ?? (await this.#look(id, memory));
    if (!token) return super.consume(id);
    const onReplay = deviceEvent('device-replayed', 'server', token.grantId);
    const outcome = await this.#grants.useRefreshToken(token.grantId, token.name, onReplay);
    memory.replayed ||= outcome === 'replay';
    if (outcome !== 'ok') throw new errors.InvalidGrant(`refresh token: ${outcome}`);
    memory.exchanged = token.name;
  }

  /**
   * The library destroys a token before it revokes the grant. Cut off in between, the device would try again with
   * a token that nobody knows, hear that all is done (RFC 7009 section 2.2), and its grant would live on. So the
   * grant ends first.
   */
  override async destroy(id: string): Promise<void> {
    const memory = requestMemory();
    const token = memory.refreshTokens.get(id) ?? (await this.#look(id, memory));
    if (token) {
      memory.forget(token.grantId);
      await this.#grants.end(token.grantId, endOfGrant(token.grantId));
    }
    await super.destroy(id);
  }

  async #look(id: string, memory: RequestMemory): Promise<{ name: string; grantId: string } | undefined> {
    const record = await this.records.find<AdapterPayload>('RefreshToken', id);
    const grantId = record?.payload.grantId;
    if (!record || !grantId || !parseGrantId(grantId)) return undefined;
    const token = { name: record.name, grantId };
    memory.refreshTokens.set(id, token);
    return token;
  }
}
