import type { Transporter } from 'nodemailer';
import type { MailServer } from '../config/mail-server.ts';
import type { Mail, Mailer } from './mail.ts';
import { isOfServer, type MailFailure, mailFailureOf } from './mail-failure.ts';
import { mailMessage } from './mail-message.ts';

const SECOND = 1000;

/** As many mails as can be under way at once, of alerts and of codes, so that neither waits for the other here. */
const MAX_CONNECTIONS = 20;

/** Hands mail to an SMTP server, on a few connections that are kept. `nodemailer` is loaded when it is first used. */
export class SmtpMailer implements Mailer {
  readonly #server: MailServer;
  readonly #from: string;
  readonly #onReady: (ready: boolean) => void;
  #transport: Promise<Transporter> | undefined;

  /**
   * @param from the sender, such as `Latchkey <no-reply@example.com>`
   * @param onReady hears after each mail whether the server takes them
   */
  constructor(server: MailServer, from: string, onReady: (ready: boolean) => void = () => {}) {
    this.#server = server;
    this.#from = from;
    this.#onReady = onReady;
  }

  async send(mail: Mail): Promise<void> {
    const transport = await this.#open();
    const sending = transport.sendMail(mailMessage(mail, this.#from));
    await sending.then(
      () => this.#onReady(true),
      (error: unknown) => {
        if (isOfServer(mailFailureOf(error))) this.#onReady(false);
        throw error;
      },
    );
  }

  /** Connects, speaks TLS and signs in, as for a mail. @returns why that did not work */
  async verify(): Promise<MailFailure | undefined> {
    const transport = await this.#open();
    const failure = await transport.verify().then(() => undefined, mailFailureOf);
    this.#onReady(failure === undefined);
    return failure;
  }

  /** Ends idle connections; call it when nothing is under way. */
  async close(): Promise<void> {
    (await this.#transport)?.close();
  }

  #open(): Promise<Transporter> {
    this.#transport ??= openTransport(this.#server);
    return this.#transport;
  }
}

/** `requireTLS`: where STARTTLS is missing or fails, neither a password nor a mail is sent (RFC 3207 section 6). */
async function openTransport({ host, port, tls, login, ca }: MailServer): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(login && { auth: { user: login.user, pass: login.password.reveal() } }),
    ...(ca !== undefined && { tls: { ca } }),
    pool: true,
    maxConnections: MAX_CONNECTIONS,
    connectionTimeout: 10 * SECOND,
    greetingTimeout: 10 * SECOND,
    socketTimeout: 30 * SECOND,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
