import Provider, { type Adapter, type AdapterPayload } from 'oidc-provider';
import { type ClientStates, isAlive, stampOf } from '../../devices/client-state.ts';
import type { Payload } from '../../devices/payload.ts';
import { type Limiter, orGiveBack } from '../../limits/limiter.ts';
import { answerReasons } from '../answer-reasons.ts';
import { TooManyTokens } from '../errors.ts';
import { requireActive } from '../own-request.ts';
import type { RecordStore } from '../record-store.ts';
import { mayBe } from '../token-ids.ts';
import { isHidden } from '../token-readers.ts';
import { RecordAdapter } from './records.ts';

interface ClientTokenStores {
  readonly records: RecordStore;
  readonly limiter: Limiter;
  readonly clientStates: Pick<ClientStates, 'current'>;
}

/**
 * Opaque tokens of clients in their own name. No owner's account stands behind them; what one client makes the store hold
 * has a limit.
 */
export class ClientTokenAdapter extends RecordAdapter implements Adapter {
  readonly #limiter: Limiter;
  readonly #states: Pick<ClientStates, 'current'>;

  constructor({ records, limiter, clientStates }: ClientTokenStores) {
    super('ClientCredentials', records);
    this.#limiter = limiter;
    this.#states = clientStates;
  }

  override async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const { clientId = '' } = payload;
    const taken = this.#limiter.take([['CLIENT_TOKENS', clientId]]);
    const [leave, epochs] = await Promise.all([taken, this.#states.current()]);
    if (leave.outcome === 'wait') {
      const retryAfter = Math.ceil(leave.milliseconds / 1000);
      Object.assign(answerReasons(), { limit: leave.limit, retryAfter });
      throw new TooManyTokens();
    }
    requireActive(epochs, clientId);
    const stamped = { ...payload, ...stampOf(epochs, clientId) } as AdapterPayload;
    await orGiveBack(leave.giveBack, super.upsert(id, stamped, expiresIn));
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    if (!mayBe('ClientCredentials', id)) return undefined;
    const [found, epochs] = await Promise.all([super.find(id), this.#states.current()]);
    return found && isAlive(epochs, found as Payload) && !isHidden(Provider.ctx, found) ? found : undefined;
  }
}
