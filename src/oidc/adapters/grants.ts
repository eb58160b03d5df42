import type { Adapter, AdapterPayload } from 'oidc-provider';
import { sameStamp } from '../../devices/client-state.ts';
import { parseGrantId } from '../../devices/grant-id.ts';
import type { GrantStore } from '../../devices/grant-store.ts';
import type { Payload } from '../../devices/payload.ts';
import { StaleEpoch, TooManyDevices } from '../errors.ts';
import { endOfGrant } from '../events.ts';
import type { RecordStore } from '../record-store.ts';
import { requestCache } from '../request-cache.ts';
import { waitOfGrant } from '../waiting-grant.ts';
import { RecordAdapter } from './records.ts';

/**
 * Grants of accounts live in the account's slot, found by their id alone. Ids of any other shape belong to no
 * account and are plain records.
 */
export class GrantAdapter extends RecordAdapter implements Adapter {
  readonly #grants: GrantStore;
  readonly #waiting: number;

  /** @param waiting milliseconds that a new grant may wait for its code to be redeemed, where that says nothing of it */
  constructor(grants: GrantStore, records: RecordStore, waiting: number) {
    super('Grant', records);
    this.#grants = grants;
    this.#waiting = waiting;
  }

  override async upsert(id: string, payload: AdapterPayload, expiresIn = 0): Promise<void> {
    if (!parseGrantId(id)) return super.upsert(id, payload, expiresIn);
    const { asks, waiting = this.#waiting, ...wait } = waitOfGrant() ?? {};
    const stamped: Payload = { ...payload, ...sameStamp(wait) };
    requestCache().forget(id);
    const time = { lifetime: expiresIn * 1000, waiting };
    const { linkKey } = requestCache();
    const outcome = linkKey
      ? await this.#grants.writeUnderKey(id, stamped, time, linkKey.text)
      : await this.#grants.write(id, stamped, time, asks);
    if (outcome === 'full' || outcome === 'crowded') throw new TooManyDevices();
    if (outcome === 'refused') throw new StaleEpoch();
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    if (!parseGrantId(id)) return super.find(id);
    const cache = requestCache();
    const authority = cache.authority(id) ?? (await this.#grants.read(id));
    if (authority) cache.remember(id, authority);
    return authority?.payload as AdapterPayload | undefined;
  }

  override async destroy(id: string): Promise<void> {
    if (!parseGrantId(id)) return super.destroy(id);
    const event = endOfGrant(id);
    requestCache().forget(id);
    await this.#grants.end(id, event);
  }
}
