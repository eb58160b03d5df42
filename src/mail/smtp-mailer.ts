import type { Transporter } from 'nodemailer';
import type { Secret } from '../config/secret.ts';
import type { Mail, Mailer } from './mail.ts';

const SECOND = 1000;

/** As many mails as can be under way at once, of alerts and of codes, so that neither waits for the other here. */
const MAX_CONNECTIONS = 20;

/** Hands mail to an SMTP server, on a few connections that are kept. `nodemailer` is loaded for the first mail. */
export class SmtpMailer implements Mailer {
  readonly #url: Secret;
  readonly #from: string;
  #transport: Promise<Transporter> | undefined;

  /**
   * @param url `smtp://` or `smtps://`, with user and password where the server wants them
   * @param from the sender, such as `Latchkey <no-reply@example.com>`
   */
  constructor(url: Secret, from: string) {
    this.#url = url;
    this.#from = from;
  }

  async send({ to, subject, text, html, messageId }: Mail): Promise<void> {
    this.#transport ??= openTransport(this.#url);
    await (await this.#transport).sendMail({
      from: this.#from,
      to: { name: '', address: to },
      subject,
      text,
      ...(html && { html }),
      ...(messageId && { messageId: `<${messageId}>` }),
    });
  }

  /** Ends idle connections; call it when nothing is under way. */
  async close(): Promise<void> {
    (await this.#transport)?.close();
  }
}

async function openTransport(url: Secret): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    url: url.reveal(),
    pool: true,
    maxConnections: MAX_CONNECTIONS,
    connectionTimeout: 10 * SECOND,
    greetingTimeout: 10 * SECOND,
    socketTimeout: 30 * SECOND,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
