import { setTimeout as sleep } from 'node:timers/promises';
import type { Secret } from '../config/secret.ts';
import { FairSender } from '../limits/fair-sender.ts';
import { callFailure } from '../net/call-failure.ts';
import type { Egress } from '../net/egress.ts';
import type { TextMessage, TextMessages } from './text-message.ts';

/** What is told of a message that could not be handed over: nothing of whom it was for. */
type TextFailed = (failure: { reason: string }) => void;

/** A code is worth little when it comes late: three tries, and the last after four seconds. */
const PAUSES = [1000, 3000];
const TIMEOUT_MS = 5000;
/** Texts under way at once. One that hangs leaves its place to others after a second. */
const PLACES = { places: 20, slowAfter: 1000, slowPlaces: 60 } as const;
/** So many wait at most; beyond that the number that has most of them loses one. */
const CAPACITY = 500;

/**
 * Hands text messages to a gateway: a POST of `{"to": "+15555550100", "text": "…"}` as JSON, which any answer of 2xx
 * accepts. No request waits for it; what fails is tried again where that can help, which is not after a 4xx.
 */
export class TextWebhook implements TextMessages {
  readonly #url: Secret;
  readonly #egress: Egress;
  readonly #onFailure: TextFailed;
  readonly #pauses: readonly number[];
  readonly #sender: FairSender<TextMessage>;

  /** @param pauses milliseconds before each further try */
  constructor(url: Secret, egress: Egress, onFailure: TextFailed, pauses: readonly number[] = PAUSES) {
    this.#url = url;
    this.#egress = egress;
    this.#onFailure = onFailure;
    this.#pauses = pauses;
    this.#sender = new FairSender({
      ...PLACES,
      capacity: CAPACITY,
      send: (message) => this.#send(message),
      onDropped: () => onFailure({ reason: 'too many text messages under way' }),
    });
  }

  post(message: TextMessage): void {
    this.#sender.post({ network: message.account ?? message.to, account: message.to }, message);
  }

  /** Resolves when everything posted so far has been handed over or has failed. */
  async settled(): Promise<void> {
    await this.#sender.settled();
  }

  async #send(message: TextMessage): Promise<void> {
    let reason = '';
    for (const pause of [0, ...this.#pauses]) {
      if (pause > 0) await sleep(pause);
      const outcome = await this.#try(message);
      if (outcome === 'sent') return;
      reason = outcome;
      if (/^4\d\d$/.test(outcome)) break;
    }
    this.#onFailure({ reason });
  }

  async #try({ to, text }: TextMessage): Promise<string> {
    try {
      const { status } = await this.#egress.requestConfigured(this.#url.reveal(), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ to, text }),
        timeout: TIMEOUT_MS,
        maxBytes: 0,
      });
      return status >= 200 && status < 300 ? 'sent' : String(status);
    } catch (error) {
      return callFailure(error);
    }
  }
}
