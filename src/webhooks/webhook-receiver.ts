import type { Secret } from '../config/secret.ts';
import type { WebhookType } from './event-types.ts';

/** A maker's or company's program that is told what happens to accounts and devices here. */
export interface WebhookReceiver {
  /** Names it in the file, in the log and in the store. */
  readonly id: string;
  readonly url: string;
  /** Keys that a notice is signed with: one, or two while the receiver changes from one to the other. */
  readonly secrets: readonly Secret[];
  readonly types: ReadonlySet<WebhookType>;
  /** Of devices and apps: those of these clients alone; `undefined`: of all. */
  readonly clients: ReadonlySet<string> | undefined;
}

/** What is kept of a notice until its receiver has taken it. */
export interface WebhookBody {
  readonly type: WebhookType;
  /** When it happened, milliseconds since 1970 by the store's clock. */
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The queue of a receiver. */
export const queueName = (id: string) => `webhook.${id}`;
