import Provider, { type Adapter, type AdapterPayload, type KoaContextWithOIDC } from 'oidc-provider';
import type { Session } from '../../accounts/session.ts';
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

export interface WaitingStores {
  readonly records: RecordStore;
  readonly limiter: Limiter;
  readonly waitingSignIns: WaitingSignIns;
}

/** Seconds after which a network whose places are taken is asked to try again. */
const FULL = 60;

type Context = KoaContextWithOIDC;

/**
 * What waits on the way to a sign-in, and takes room: for an hour at our pages, for a minute where it was pushed. Those of
 * visitors are counted, and the room that they take is the network's; a signed-in browser takes its account's.
 */
export class WaitingRequestAdapter extends RecordAdapter implements Adapter {
  readonly #limiter: Limiter;
  readonly #waiting: WaitingSignIns;
  readonly #isCounted: (ctx: Context) => boolean;

  constructor(
    model: string,
    { records, limiter, waitingSignIns }: WaitingStores,
    isCounted: (ctx: Context) => boolean = () => true,
  ) {
    super(model, records);
    this.#limiter = limiter;
    this.#waiting = waitingSignIns;
    this.#isCounted = isCounted;
  }

  override async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const ctx: Context | undefined = Provider.ctx;
    if (!ctx) return super.upsert(id, payload, expiresIn);
    const { browser } = requestCache();
    if (browser) return this.#keep(id, payload, expiresIn ?? 0, placeOf(browser));
    if (!this.#isCounted(ctx)) return super.upsert(id, payload, expiresIn);
    const { address } = requesterOf(ctx);
    const giveBack = await this.#count(address);
    await orGiveBack(giveBack, this.#keep(id, payload, expiresIn ?? 0, networkOf(address)));
  }

  override async destroy(id: string): Promise<void> {
    await super.destroy(id);
    const ctx: Context | undefined = Provider.ctx;
    if (!ctx) return;
    const { browser } = requestCache();
    const places = [networkOf(requesterOf(ctx).address), ...(browser ? [placeOf(browser)] : [])];
    await Promise.all(places.map((place) => this.#waiting.release(id, place)));
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

/** A signed-in browser takes no places of its network, and as many of its account at most. */
const placeOf = ({ accountId }: Session): string => `account ${accountId}`;

function tooMany(limit: LimitName, retryAfter: number): TooManySignIns {
  Object.assign(answerReasons(), { limit, retryAfter });
  return new TooManySignIns();
}
