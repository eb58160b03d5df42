import type { Egress } from '../net/egress.ts';
import { type Delivered, deliver } from '../notices/delivered.ts';
import type { TakenNotice } from '../notices/notice-queue.ts';
import { claimsOf, type EventTokens, type SignalBody } from './signal-body.ts';
import { finalRefusal } from './signal-refusal.ts';

/** RFC 8935 section 2.4. */
const REFUSED = 400;

/** A receiver to which events are pushed. */
export interface PushReceiver {
  readonly clientId: string;
  readonly streamId: string;
  readonly url: string;
  readonly authorization: string | undefined;
}

/** One try to push an event (RFC 8935): signed anew each time, under the same `jti`. */
export class SignalDelivery {
  readonly #with: { readonly egress: Egress; readonly tokens: EventTokens; readonly issuer: string };

  constructor(parts: { egress: Egress; tokens: EventTokens; issuer: string }) {
    this.#with = parts;
  }

  /**
   * Never throws: what fails is tried again.
   * @param signal breaks it off
   */
  async send(
    { clientId, streamId, url, authorization }: PushReceiver,
    notice: Pick<TakenNotice<SignalBody>, 'id' | 'body'>,
    signal?: AbortSignal,
  ): Promise<Delivered> {
    const { egress, tokens, issuer } = this.#with;
    const call = async () => ({
      address: url,
      headers: {
        'content-type': 'application/secevent+jwt',
        accept: 'application/json',
        ...(authorization !== undefined && { authorization }),
      },
      body: await tokens.sign(claimsOf(notice, { issuer, clientId, streamId })),
    });
    return deliver(egress, call, { status: REFUSED, reasonIn: finalRefusal }, signal);
  }
}
