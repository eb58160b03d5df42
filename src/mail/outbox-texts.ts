import type { OutgoingMail } from './outgoing-mail.ts';
import type { TextMessage, TextMessages } from './text-message.ts';

/** Development without a gateway: text messages lie in the outbox beside the mails, under the number's own address. */
export class OutboxTexts implements TextMessages {
  readonly #mail: OutgoingMail;

  /** @param mail of a server whose mails go to the outbox */
  constructor(mail: OutgoingMail) {
    this.#mail = mail;
  }

  post({ to, text }: TextMessage): void {
    this.#mail.post({ template: 'text message', to: `${to}@phone.invalid`, subject: 'Text message', text });
  }
}
