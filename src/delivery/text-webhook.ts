import { setTimeout as sleep } from 'node:timers/promises';
import type { TextMessage, TextMessages } from '../accounts/factors/text-codes.ts';
import type { Secret } from '../secret.ts';

/** What is told of a message that could not be handed over: nothing of whom it was for. */
export type TextFailed = (failure: { reason: string }) => void;

/** A code is worth little when it comes late: three tries, and the last after four seconds. */
const PAUSES = [1000, 3000];
const TIMEOUT_MS = 5000;
/** More than this under way means that the gateway is down; new ones are let go. */
const MOST_UNDER_WAY = 200;

/**
 * Hands text messages to a gateway: a POST of `{"to": "+15555550100", "text": "…"}` as JSON, which any answer of 2xx
 * accepts. Nobody waits for it; what fails is tried again where that can help, which is not after a 4xx.
 */
export class TextWebhook implements TextMessages {
  readonly #url: Secret;
  readonly #onFailure: TextFailed;
  readonly #pauses: readonly number[];
  readonly #underWay = new Set<Promise<void>>();

  /** @param pauses milliseconds before each further try */
  constructor(url: Secret, onFailure: TextFailed, pauses: readonly number[] = PAUSES) {
    this.#url = url;
    this.#onFailure = onFailure;
    this.#pauses = pauses;
  }

  post(message: TextMessage): void {
    if (this.#underWay.size >= MOST_UNDER_WAY) {
      this.#onFailure({ reason: 'too many text messages under way' });
      return;
    }
    const sending = this.#send(message).finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  /** Resolves when everything posted so far has been handed over or has failed. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
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
      const response = await fetch(this.#url.reveal(), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ to, text }),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.body?.cancel();
      return response.ok ? 'sent' : String(response.status);
    } catch (error) {
      return error instanceof Error ? error.name : typeof error;
    }
  }
}
