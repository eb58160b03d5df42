import { callFailure } from '../net/call-failure.ts';
import type { Egress } from '../net/egress.ts';
import { type Delivered, pauseOf } from '../notices/delivered.ts';
import type { LogoutReceiver } from './logout-receiver.ts';

/** Makes what an app is told by (section 2.4): signed, and good for two minutes. */
export interface LogoutTokens {
  /** @param sid `undefined`: all sign-ins of the account */
  issue(clientId: string, about: { accountId: string; sid: string | undefined }): Promise<string>;
}

const TIMEOUT_MS = 15_000;

/** One try: a token of its own each time, since it may be tried for days. */
export class LogoutDelivery {
  readonly #egress: Egress;
  readonly #tokens: LogoutTokens;

  constructor(egress: Egress, tokens: LogoutTokens) {
    this.#egress = egress;
    this.#tokens = tokens;
  }

  /**
   * Never throws: what fails is tried again.
   * @param signal breaks it off
   */
  async send(
    { clientId, uri }: LogoutReceiver,
    about: { accountId: string; sid: string | undefined },
    signal?: AbortSignal,
  ): Promise<Delivered> {
    try {
      const token = await this.#tokens.issue(clientId, about);
      const { status, headers } = await this.#egress.request(uri, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ logout_token: token }).toString(),
        timeout: TIMEOUT_MS,
        ...(signal && { signal }),
        maxBytes: 0,
      });
      // 204 is what some frameworks make of 200 without a body (section 2.8).
      if (status >= 200 && status < 300) return { outcome: 'sent' };
      if (status === 400) return { outcome: 'refused', reason: '400' };
      return { outcome: 'failed', reason: String(status), pause: pauseOf(headers['retry-after']) };
    } catch (error) {
      return { outcome: 'failed', reason: callFailure(error), pause: 0 };
    }
  }
}
