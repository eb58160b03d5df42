import type { ApprovalStore } from '../devices/link-risks.ts';
import type { StoreContext } from './store-context.ts';

const HOUR_MS = 3_600_000;

/** A sorted set for each network, of HMACs of accounts. Counters begin anew when the secret changes. */
export class RedisApprovals implements ApprovalStore {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async add(network: string, accountId: string): Promise<void> {
    const { scripts } = this.#context;
    await scripts.change('countApproval', this.#keys(network), [this.#nameOf(accountId), HOUR_MS]);
  }

  async others(network: string, accountId: string): Promise<number> {
    const { scripts } = this.#context;
    const args = [this.#nameOf(accountId), HOUR_MS];
    return (await scripts.read('readApprovers', this.#keys(network), args)) as number;
  }

  #keys(network: string): { approvals: string } {
    const { keyspace, keyring } = this.#context;
    return { approvals: keyspace.record('Approvals', keyring.mac('network', network)) };
  }

  #nameOf(accountId: string): string {
    return this.#context.keyring.mac('approver', accountId);
  }
}
