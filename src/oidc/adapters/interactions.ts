import Provider, { type Adapter, type AdapterPayload } from 'oidc-provider';
import { type Limiter, orGiveBack } from '../../accounts/limiter.ts';
import { TooManySignIns } from '../errors.ts';
import type { RecordStore } from '../record-store.ts';
import { requestMemory } from '../request-memory.ts';
import { RecordAdapter } from './records.ts';

/**
 * Requests of apps that wait for somebody at our pages. Anybody can make one, and each takes room in the store for
 * an hour: those of browsers in which nobody is signed in are counted.
 */
export class InteractionAdapter extends RecordAdapter implements Adapter {
  readonly #limiter: Limiter;

  constructor(records: RecordStore, limiter: Limiter) {
    super('Interaction', records);
    this.#limiter = limiter;
  }

  override async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const ctx: { ip: string } | undefined = Provider.ctx;
    const isVisitor = ctx && requestMemory().browser === undefined;
    const giveBack = isVisitor ? await this.#count(ctx.ip) : async () => undefined;
    await orGiveBack(giveBack, super.upsert(id, payload, expiresIn));
  }

  async #count(address: string): Promise<() => Promise<void>> {
    const leave = await this.#limiter.take([
      ['APP_SIGN_IN_NETWORK', address],
      ['APP_SIGN_IN_ALL', address],
    ]);
    if (leave.outcome === 'evaluate') return leave.giveBack;
    const memory = requestMemory();
    memory.limit = leave.limit;
    memory.retryAfter = Math.ceil(leave.milliseconds / 1000);
    throw new TooManySignIns();
  }
}
