import { CODE_LIFETIME, CODE_TRIES, newMailedCode } from '../accounts/mailed-code.ts';
import type { MailedCodeStore } from '../accounts/mailed-code-store.ts';
import type { Session } from '../accounts/session.ts';
import type { Ticket, Tickets } from '../accounts/tickets.ts';
import { type Count, type Limiter, orGiveBack } from '../limits/limiter.ts';
import type { LimitName } from '../limits/limits.ts';
import type { Mail } from '../mail/mail.ts';
import type { OutgoingMail } from '../mail/outgoing-mail.ts';

export type SendOutcome =
  | { outcome: 'mailed'; ticket: string }
  | { outcome: 'wait'; milliseconds: number; limit: LimitName };

/** `gone`: the ticket is too old, used, not one of ours, or of another browser: begin again. */
export type CodeOutcome<T> =
  | { outcome: 'right'; payload: T }
  | { outcome: 'wrong' | 'too-many-tries' | 'gone' };

interface Kept<T> {
  /** Of the browser that asked. */
  uid: string;
  payload: T;
}

interface ChangeCodesDependencies {
  mailedCodes: MailedCodeStore;
  limiter: Limiter;
  mail: OutgoingMail;
}

/** What is to be mailed, and where. */
export interface Email<T> {
  email: string;
  payload: T;
  write: (code: string) => Mail;
  /** What it counts against. */
  counts: readonly Count[];
}

/** Codes that are mailed while a signed-in owner changes something; good for the browser that asked alone. */
export class ChangeCodes<T> {
  readonly #with: ChangeCodesDependencies;
  readonly #tickets: Tickets;
  readonly #purpose: string;

  constructor(dependencies: ChangeCodesDependencies, tickets: Tickets, purpose: string) {
    this.#with = dependencies;
    this.#tickets = tickets;
    this.#purpose = purpose;
  }

  async send({ uid }: Session, email: Email<T>): Promise<SendOutcome> {
    const leave = await this.#with.limiter.take(email.counts);
    if (leave.outcome === 'wait') return leave;
    const { id, sealed } = this.#tickets.issue(email.email, '');
    await orGiveBack(leave.giveBack, this.#mail(id, uid, email));
    return { outcome: 'mailed', ticket: sealed };
  }

  readTicket(sealed: string): Ticket | undefined {
    return this.#tickets.read(sealed);
  }

  /**
   * A new code; the former one no longer works.
   * @param emailFor what was asked for, written anew
   */
  async resend(
    { uid }: Session,
    sealed: string,
    emailFor: (payload: T) => Email<T>,
  ): Promise<SendOutcome | { outcome: 'gone' }> {
    const ticket = this.readTicket(sealed);
    const kept = ticket && (await this.#with.mailedCodes.peek<Kept<T>>(this.#purpose, ticket.id));
    if (!ticket || kept?.uid !== uid) return { outcome: 'gone' };
    const email = emailFor(kept.payload);
    const leave = await this.#with.limiter.take(email.counts);
    if (leave.outcome === 'wait') return leave;
    await orGiveBack(leave.giveBack, this.#mail(ticket.id, uid, email));
    return { outcome: 'mailed', ticket: sealed };
  }

  async spend({ uid }: Session, sealed: string, code: string): Promise<CodeOutcome<T>> {
    const ticket = this.readTicket(sealed);
    if (!ticket) return { outcome: 'gone' };
    const tried = await this.#with.mailedCodes.spend<Kept<T>>(this.#purpose, ticket.id, code, CODE_TRIES);
    if (tried.outcome === 'wrong') return { outcome: tried.triesLeft === 0 ? 'too-many-tries' : 'wrong' };
    if (tried.outcome === 'gone' || tried.payload.uid !== uid) return { outcome: 'gone' };
    return { outcome: 'right', payload: tried.payload.payload };
  }

  async #mail(ticketId: string, uid: string, { payload, write }: Email<T>): Promise<void> {
    const code = newMailedCode();
    const kept: Kept<T> = { uid, payload };
    await this.#with.mailedCodes.write(this.#purpose, ticketId, {
      code,
      payload: kept,
      lifetime: CODE_LIFETIME,
    });
    this.#with.mail.post(write(code));
  }
}
