import { createHash } from 'node:crypto';
import type { Egress } from '../net/egress.ts';
import { type Delivered, deliver } from '../notices/delivered.ts';
import type { TakenNotice } from '../notices/notice-queue.ts';
import type { WebhookBody, WebhookReceiver } from './webhook-receiver.ts';
import { signedHeaders } from './webhook-signature.ts';

/** The receiver wants none of these any more. */
const GONE = 410;

/** One try: signed anew each time, under the same id, by which a receiver knows what it has heard before. */
export class WebhookDelivery {
  readonly #egress: Egress;

  constructor(egress: Egress) {
    this.#egress = egress;
  }

  /**
   * Never throws: what fails is tried again.
   * @param signal breaks it off
   */
  async send(
    { url, secrets }: WebhookReceiver,
    { id, body: { type, at, data } }: Pick<TakenNotice<WebhookBody>, 'id' | 'body'>,
    signal?: AbortSignal,
  ): Promise<Delivered> {
    const body = JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
    const call = () => ({
      address: url,
      headers: {
        'content-type': 'application/json',
        ...signedHeaders(messageId(id), Math.floor(Date.now() / 1000), body, secrets),
      },
      body,
    });
    return deliver(this.#egress, call, GONE, signal);
  }
}

/** By which its receiver knows a notice: the same for each try, and for a replay. */
export const messageId = (id: string) =>
  `msg_${createHash('sha256').update(id).digest('base64url').slice(0, 27)}`;
