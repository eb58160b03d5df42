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

interface WaitingStores {
  readonly records: RecordStore;
  readonly limiter: Limiter;
  readonly waitingSignIns: WaitingSignIns;
}

/** Seconds after which a network whose places are taken is asked to try again. */
const FULL = 60;

type Context = KoaContextWithOIDC;

/** Requests of apps that wait at our pages, for an hour: those of visitors, whom nobody knows. */
export const isVisitor = (_ctx: Context): boolean => requestCache().browser === undefined;

/** Requests that apps have pushed (RFC 9126), for a minute: those of clients that anybody can be. */
export const isAnybodysClient = ({ oidc }: Context): boolean => oidc.client?.clientAuthMethod === 'none';

/**
 * What a stranger can make the store hold on the way to a sign-in: each takes room, so they are counted, and so is the
 * room that they take.
 */
export class WaitingRequestAdapter extends RecordAdapter implements Adapter {
  readonly #limiter: Limiter;
  readonly #waiting: WaitingSignIns;
  readonly #isCounted: (ctx: Context) => boolean;

  constructor(
    model: string,
    { records, limiter, waitingSignIns }: WaitingStores,
    isCounted: (ctx: Context) => boolean,
  ) {
    super(model, records);
    this.#limiter = limiter;
    this.#waiting = waitingSignIns;
    this.#isCounted = isCounted;
  }

  override async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const ctx: Context | undefined = Provider.ctx;
    if (!ctx || !this.#isCounted(ctx)) return super.upsert(id, payload, expiresIn);
    const { address } = requesterOf(ctx);
    const giveBack = await this.#count(address);
    await orGiveBack(giveBack, this.#keep(id, payload, expiresIn ?? 0, networkOf(address)));
  }

  override async destroy(id: string): Promise<void> {
    await super.destroy(id);
    const ctx: Context | undefined = Provider.ctx;
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
