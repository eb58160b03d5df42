import Provider, { type AdapterPayload, errors } from 'oidc-provider';
import { sameStamp } from '../../devices/client-state.ts';
import type { GrantStore } from '../../devices/grant-store.ts';
import { requireGrantedResource } from '../asked-resources.ts';
import type { CompanionDevice } from '../companion-grant.ts';
import { endOfGrant } from '../events.ts';
import { requireBoundKey } from '../key-proofs.ts';
import type { RecordStore } from '../record-store.ts';
import { requestCache } from '../request-cache.ts';
import { activateDevice } from './linked-device.ts';

/** A code that a device redeems, as the library reads it, with what it carries. */
export type CarriedCode = AdapterPayload & { device: CompanionDevice };

/**
 * Authorization codes of devices that their maker's app sets up. The grant has waited since its owner confirmed the
 * device; as with a device code, redeeming makes it a row of the account.
 */
export class CompanionCodes {
  readonly #grants: GrantStore;
  readonly #records: RecordStore;

  constructor(grants: GrantStore, records: RecordStore) {
    this.#grants = grants;
    this.#records = records;
  }

  /**
   * The grant is what the code says: nothing is issued on the word of it. Of a used code as well, whose grant may be no row
   * yet: the library ends a grant that it finds, and would say of any other only that it is none.
   */
  meet(id: string, { device, ...payload }: CarriedCode): AdapterPayload {
    const cache = requestCache();
    cache.companions.set(id, { ...payload, device });
    if (payload.grantId)
      cache.remember(payload.grantId, { payload: device.grant, generation: 0, profile: undefined });
    return payload as AdapterPayload;
  }

  /**
   * Redeems once. The second to come gets nothing, and ends what the first one got (RFC 6749 section 4.1.2): only who
   * holds the device's verifier comes so far. A proof of another key, and a resource that was not granted, leave the code
   * as it was, for its device.
   */
  async redeem(
    id: string,
    { device, grantId = '', clientId, dpopJkt, resource }: CarriedCode,
  ): Promise<void> {
    const { ctx } = Provider;
    await requireBoundKey(ctx?.get('DPoP') ?? '', dpopJkt);
    requireGrantedResource(ctx, resource);
    requestCache().forget(grantId);
    if (!(await this.#records.consume('AuthorizationCode', id))) {
      await this.#grants.end(grantId, endOfGrant(grantId));
      throw new errors.InvalidGrant('authorization code already consumed');
    }
    const info = { ...device.info, companion: true };
    await activateDevice(this.#grants, { grantId, clientId, info, ...sameStamp(device.grant) });
  }
}
