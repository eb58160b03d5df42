import type { Mail, Mailer } from './mail.ts';

/** What is told of a mail that could not be handed over: nothing of whom it was for. */
export type MailFailed = (failure: { subject: string; reason: string }) => void;

/** More than this under way means that the mail server is down; new ones are let go. */
const MOST_UNDER_WAY = 1000;

/**
 * Hands mail over without making anybody wait: an answer that waited for a mail would say by its time whether
 * there was one (ASVS 6.3.8). Who got no mail asks for a new code.
 */
export class OutgoingMail {
  readonly #mailer: Mailer;
  readonly #onFailure: MailFailed;
  readonly #underWay = new Set<Promise<void>>();

  constructor(mailer: Mailer, onFailure: MailFailed) {
    this.#mailer = mailer;
    this.#onFailure = onFailure;
  }

  post(mail: Mail): void {
    if (this.#underWay.size >= MOST_UNDER_WAY) {
      this.#onFailure({ subject: mail.subject, reason: 'too many mails under way' });
      return;
    }
    const sending = this.#send(mail).finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  /** Resolves when everything posted so far has been handed over or has failed. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #send(mail: Mail): Promise<void> {
    try {
      await this.#mailer.send(mail);
    } catch (error) {
      this.#onFailure({ subject: mail.subject, reason: reasonOf(error) });
    }
  }
}

/** The code alone where there is one: a mail server's own words may repeat the address. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
