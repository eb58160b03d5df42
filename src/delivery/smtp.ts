import { createTransport } from 'nodemailer';
import type { Mail, Mailer } from '../accounts/mail.ts';
import type { Secret } from '../secret.ts';

const TIMEOUT = 10_000;

/** Hands mails to the mail server behind SMTP_URL. */
export class SmtpMailer implements Mailer {
  readonly #transport: ReturnType<typeof createTransport>;
  readonly #from: string;

  constructor(url: Secret, from: string) {
    this.#transport = createTransport(url.reveal(), { from });
    Object.assign(this.#transport.options, {
      connectionTimeout: TIMEOUT,
      greetingTimeout: TIMEOUT,
      socketTimeout: TIMEOUT,
    });
    this.#from = from;
  }

  async send(mail: Mail): Promise<void> {
    await this.#transport.sendMail({
      ...mail,
      from: this.#from,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }
}
