import type { Egress } from '../net/egress.ts';
import { type Delivered, deliver } from '../notices/delivered.ts';
import type { LogoutReceiver } from './logout-receiver.ts';

/** Makes what an app is told by (section 2.4): signed, and good for two minutes. */
export interface LogoutTokens {
  /** @param sid `undefined`: all sign-ins of the account */
  issue(clientId: string, about: { accountId: string; sid: string | undefined }): Promise<string>;
}

/** Section 2.8. As well as 200, 204 is taken: some frameworks make it of a 200 without a body. */
const REFUSED = 400;

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
    const call = async () => {
      const token = await this.#tokens.issue(clientId, about);
      return {
        address: uri,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ logout_token: token }).toString(),
      };
    };
    return deliver(this.#egress, call, REFUSED, signal);
  }
}
