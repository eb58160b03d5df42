import { randomUUID } from 'node:crypto';
import type { AccountStore } from '../accounts/account-store.ts';
import { normalizeEmail } from '../accounts/email.ts';
import { findByEmail } from '../accounts/find-by-email.ts';
import { waitToMove } from '../accounts/former-emails.ts';
import { errorOfEmail } from '../accounts/new-account-form.ts';
import type { Session } from '../accounts/session.ts';
import type { Ticket } from '../accounts/tickets.ts';
import type { Service } from '../brand/brand.ts';
import type { EventPlace } from '../events/event.ts';
import { mailReader } from '../mail/mail-reader.ts';
import type { OutgoingMail } from '../mail/outgoing-mail.ts';
import { writeMail } from '../mail/write-mail.ts';
import type { ChangeCodes, CodeOutcome, Email, SendOutcome } from './change-codes.ts';

export type EmailError = 'missing' | 'malformed' | 'same';

/** What the code stands for; `taken`: another account has the email, and no code leads anywhere. */
export interface PendingEmail {
  epoch: number;
  email: string;
  taken: boolean;
}

type EmailChangeOutcome =
  | { outcome: 'changed'; email: string }
  /** Another account took the email since: an owner who got this far reads its mailbox, so they may know. */
  | { outcome: 'taken' }
  | Exclude<CodeOutcome<never>, { outcome: 'right' }>;

interface EmailChangeDependencies {
  service: Service;
  accounts: AccountStore;
  mail: OutgoingMail;
  codes: ChangeCodes<PendingEmail>;
}

/**
 * Another email for an account: a code goes to the new one, and the old one is told, when it begins and when it is
 * done. The browser that asks does not learn whether the new email has an account.
 */
export class EmailChange {
  readonly #with: EmailChangeDependencies;

  constructor(dependencies: EmailChangeDependencies) {
    this.#with = dependencies;
  }

  /** @throws StoreUnavailable */
  async begin(
    browser: Session,
    typed: string,
  ): Promise<SendOutcome | { outcome: 'refused'; error: EmailError }> {
    const { accounts, codes, mail, service } = this.#with;
    const email = normalizeEmail(typed);
    const error = errorOfEmail(typed);
    if (error || email === undefined) return { outcome: 'refused', error: error ?? 'malformed' };
    const old = browser.profile.email;
    if (email === old) return { outcome: 'refused', error: 'same' };
    const milliseconds = waitToMove(browser.profile, Date.now());
    if (milliseconds > 0) return { outcome: 'wait', milliseconds, limit: 'CHANGE_MAIL_ACCOUNT' };
    const taken = (await findByEmail(accounts, email)) !== undefined;
    const sent = await codes.send(browser, this.#email(browser, { epoch: browser.epoch, email, taken }));
    if (sent.outcome === 'mailed')
      mail.post(writeMail('email-change-begun', old, { ...service }, mailReader(service, browser.profile)));
    return sent;
  }

  resend(browser: Session, ticket: string): Promise<SendOutcome | { outcome: 'gone' }> {
    return this.#with.codes.resend(browser, ticket, (pending) => this.#email(browser, pending));
  }

  readTicket(sealed: string): Ticket | undefined {
    return this.#with.codes.readTicket(sealed);
  }

  /** The right code changes the email, if the account is as it was and no other account has the email by now. */
  async confirm(
    browser: Session,
    ticket: string,
    code: string,
    place: EventPlace,
  ): Promise<EmailChangeOutcome> {
    const { accounts, codes } = this.#with;
    const tried = await codes.spend(browser, ticket, code);
    if (tried.outcome !== 'right') return tried;
    const { epoch, email, taken } = tried.payload;
    // A code that leads nowhere was never sent: a stranger who hits it by chance learns nothing.
    if (taken) return { outcome: 'wrong' };
    const account = await accounts.find(browser.accountId);
    if (account?.epoch !== epoch || waitToMove(account.profile, Date.now()) > 0) return { outcome: 'gone' };
    // The alert of this event goes to both: the old email is told from here, however often the server dies.
    const { email: was, language } = account.profile;
    const details = { was, change: randomUUID(), ...(language !== undefined && { language }) };
    const event = { kind: 'email-changed', by: 'owner', place, details } as const;
    const moved = await accounts.moveEmail(account, email, event);
    if (moved === 'taken') return { outcome: 'taken' };
    if (moved === 'refused') return { outcome: 'gone' };
    return { outcome: 'changed', email };
  }

  #email({ accountId, profile }: Session, payload: PendingEmail): Email<PendingEmail> {
    const { service } = this.#with;
    const { email, taken } = payload;
    return {
      email,
      payload,
      write: (code) =>
        writeMail(
          taken ? 'email-in-use' : 'confirm-new-email',
          email,
          { code, ...service },
          mailReader(service, profile),
        ),
      counts: [
        ['CHANGE_MAIL_ACCOUNT', accountId],
        // Apart from sign-ups: a stranger can sign up with any email, and would use up what its owner needs here.
        ['SIGN_UP_MAIL_ACCOUNT', `change:${email}`],
      ],
    };
  }
}
