import Provider, { type Adapter, type AdapterPayload } from 'oidc-provider';
import { type Limiter, orGiveBack } from '../../limits/limiter.ts';
import { answerReasons } from '../answer-reasons.ts';
import { TooManyTokens } from '../errors.ts';
import type { RecordStore } from '../record-store.ts';
import { mayBe } from '../token-ids.ts';
import { isHidden } from '../token-readers.ts';
import { RecordAdapter } from './records.ts';

/**
 * Opaque tokens of clients in their own name. No owner's account stands behind them; what one client makes the store hold
 * has a limit.
 */
export class ClientTokenAdapter extends RecordAdapter implements Adapter {
  readonly #limiter: Limiter;

  constructor(records: RecordStore, limiter: Limiter) {
    super('ClientCredentials', records);
    this.#limiter = limiter;
  }

  override async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const leave = await this.#limiter.take([['CLIENT_TOKENS', payload.clientId ?? '']]);
    if (leave.outcome === 'wait') {
      const retryAfter = Math.ceil(leave.milliseconds / 1000);
      Object.assign(answerReasons(), { limit: leave.limit, retryAfter });
      throw new TooManyTokens();
    }
    await orGiveBack(leave.giveBack, super.upsert(id, payload, expiresIn));
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    const found = mayBe('ClientCredentials', id) ? await super.find(id) : undefined;
    return found && !isHidden(Provider.ctx, found) ? found : undefined;
  }
}
