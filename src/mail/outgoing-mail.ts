import { FairSender } from '../limits/fair-sender.ts';
import { networkOf } from '../net/network.ts';
import type { Mail, Mailer } from './mail.ts';
import { type MailFailure, mailFailureOf } from './mail-failure.ts';

/** What is told of a mail that could not be handed over: which it was, and nothing of whom it was for or what stood in it. */
export type MailFailed = (failure: MailFailure & { mail: string }) => void;

/** So many wait at most; beyond that the asker who has most of them loses one. */
const CAPACITY = 1000;
/** Mails under way at once. One that hangs leaves its place to others after two seconds. */
const PLACES = { places: 4, slowAfter: 2000, slowPlaces: 8 } as const;

/**
 * Hands mail over without making a request wait: an answer that waited for a mail would say by its time whether
 * there was one (ASVS 6.3.8). An owner who got no mail asks for a new code. Askers take turns.
 */
export class OutgoingMail {
  readonly #mailer: Mailer;
  readonly #onFailure: MailFailed;
  readonly #sender: FairSender<Mail>;

  constructor(mailer: Mailer, onFailure: MailFailed) {
    this.#mailer = mailer;
    this.#onFailure = onFailure;
    this.#sender = new FairSender({
      ...PLACES,
      capacity: CAPACITY,
      send: (mail) => this.#send(mail),
      onDropped: ({ template }) => onFailure({ mail: template, reason: 'too many mails under way' }),
    });
  }

  /**
   * @param address of the asker where nothing is known of them but that: strangers of one network share its turns.
   * Mail to the owner of an account has turns of its own.
   */
  post(mail: Mail, address?: string): void {
    const network = address === undefined ? `to:${mail.to}` : networkOf(address);
    this.#sender.post({ network, account: mail.to }, mail);
  }

  /** Resolves when everything posted so far has been handed over or has failed. */
  async settled(): Promise<void> {
    await this.#sender.settled();
  }

  async #send(mail: Mail): Promise<void> {
    try {
      await this.#mailer.send(mail);
    } catch (error) {
      this.#onFailure({ mail: mail.template, ...mailFailureOf(error) });
    }
  }
}
