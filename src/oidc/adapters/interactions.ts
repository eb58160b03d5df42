import Provider, { type Adapter, type AdapterPayload, type KoaContextWithOIDC } from 'oidc-provider';
import type { WaitingSignIns } from '../../apps/waiting-sign-ins.ts';
import { type Limiter, orGiveBack } from '../../limits/limiter.ts';
import type { LimitName } from '../../limits/limits.ts';
import { networkOf } from '../../net/network.ts';
import { requesterOf } from '../../net/requester.ts';
import { answerReasons } from '../answer-reasons.ts';
import { TooManySignIns } from '../errors.ts';
import type { RecordStore } from '../record-store.ts';
import { requestCache } from '../request-cache.ts';
import { RecordAdapter } from './records.ts';

/** Seconds after which a network whose places are taken is asked to try again. */
const FULL = 60;

/**
 * Requests of apps that wait for a visitor at our pages. A stranger can make one, and each takes room in the store for
 * an hour: those of browsers that are not signed in are counted, and so is the room that they take.
 */
export class InteractionAdapter extends RecordAdapter implements Adapter {
  readonly #limiter: Limiter;
  readonly #waiting: WaitingSignIns;

  constructor(records: RecordStore, limiter: Limiter, waiting: WaitingSignIns) {
    super('Interaction', records);
    this.#limiter = limiter;
    this.#waiting = waiting;
  }

  override async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const ctx: KoaContextWithOIDC | undefined = Provider.ctx;
    const isVisitor = ctx && requestCache().browser === undefined;
    if (!isVisitor) return super.upsert(id, payload, expiresIn);
    const { address } = requesterOf(ctx);
    const giveBack = await this.#count(address);
    await orGiveBack(giveBack, this.#keep(id, payload, expiresIn ?? 0, networkOf(address)));
  }

  override async destroy(id: string): Promise<void> {
    await super.destroy(id);
    const ctx: KoaContextWithOIDC | undefined = Provider.ctx;
    if (ctx) await this.#waiting.release(id, networkOf(requesterOf(ctx).address));
  }

  async #keep(id: string, payload: AdapterPayload, expiresIn: number, network: string): Promise<void> {
    const bytes = Buffer.byteLength(JSON.stringify(payload));
    const isReserved = await this.#waiting.reserve(id, network, bytes, expiresIn * 1000);
    if (!isReserved) throw tooMany('APP_SIGN_IN_NETWORK', FULL);
    await orGiveBack(() => this.#waiting.release(id, network), super.upsert(id, payload, expiresIn));
  }

  async #count(address: string): Promise<() => Promise<void>> {
    const leave = await this.#limiter.take([
      ['APP_SIGN_IN_NETWORK', address],
      ['APP_SIGN_IN_ALL', address],
    ]);
    if (leave.outcome === 'evaluate') return leave.giveBack;
    throw tooMany(leave.limit, Math.ceil(leave.milliseconds / 1000));
  }
}

function tooMany(limit: LimitName, retryAfter: number): TooManySignIns {
  Object.assign(answerReasons(), { limit, retryAfter });
  return new TooManySignIns();
}
