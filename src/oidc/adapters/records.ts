import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { RecordStore } from '../record-store.ts';

/** Models without authority: interactions, authorization codes, replay marks and whatever the library adds. */
export class RecordAdapter implements Adapter {
  protected readonly model: string;
  protected readonly records: RecordStore;

  constructor(model: string, records: RecordStore) {
    this.model = model;
    this.records = records;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    await this.records.write(this.model, id, payload, expiresIn && expiresIn * 1000);
    // The library looks for a used proof and then writes the mark: of two at once only one may pass.
    if (this.model === 'ReplayDetection' && !(await this.records.consume(this.model, id))) {
      throw new errors.InvalidDpopProof('DPoP proof JWT has been used');
    }
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const record = await this.records.find<AdapterPayload>(this.model, id);
    return record && (record.consumed ? { ...record.payload, consumed: true } : record.payload);
  }

  async findByUserCode(_userCode: string): Promise<undefined> {}

  async findByUid(_uid: string): Promise<AdapterPayload | undefined> {
    return undefined;
  }

  /** Throws for every caller but one: the library marks after it has looked (RFC 6749 section 4.1.2). */
  async consume(id: string): Promise<void> {
    if (!(await this.records.consume(this.model, id))) throw new errors.InvalidGrant('already consumed');
  }

  async destroy(id: string): Promise<void> {
    await this.records.remove(this.model, id);
  }

  /** Nothing to do: what is issued under a grant is good only while the grant is. */
  async revokeByGrantId(_grantId: string): Promise<void> {}
}
