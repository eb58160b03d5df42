import type { Account, AccountId } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { CODE_LIFETIME, CODE_TRIES, newMailedCode } from '../accounts/mailed-code.ts';
import type { MailedCodeStore } from '../accounts/mailed-code-store.ts';
import type { Ticket, Tickets } from '../accounts/tickets.ts';
import type { Service } from '../brand/brand.ts';
import { type Limiter, orGiveBack } from '../limits/limiter.ts';
import { mailReader } from '../mail/mail-reader.ts';
import type { OutgoingMail } from '../mail/outgoing-mail.ts';
import { writeMail } from '../mail/write-mail.ts';
import type { Visit } from '../net/visit.ts';
import type { GuessLimits } from './guess-limits.ts';
import type { SessionCreation, SessionCreationOutcome } from './session-creation.ts';

const PURPOSE = 'sign-in';

/** What a mailed code stands for. No account when the password was wrong, so that the page is the same. */
interface Proved {
  accountId: AccountId | undefined;
  epoch: number;
}

type ConfirmSignInOutcome =
  | (Exclude<SessionCreationOutcome, { outcome: 'refused' }> & { returnTo: string })
  | { outcome: 'wrong' | 'too-many-tries' }
  /** The ticket is not one of ours. */
  | { outcome: 'no-ticket' };

interface SignInByMailDependencies {
  service: Service;
  accounts: AccountStore;
  mailedCodes: MailedCodeStore;
  tickets: Tickets;
  mail: OutgoingMail;
  limiter: Limiter;
  limits: GuessLimits;
  sessionCreation: SessionCreation;
}

/**
 * The way in while strangers try passwords for an account: password and mailed code. A wrong password gets the
 * same page, a ticket, and a code that is never sent, so guesses made here tell a stranger nothing.
 */
export class SignInByMail {
  readonly #with: SignInByMailDependencies;

  constructor(dependencies: SignInByMailDependencies) {
    this.#with = dependencies;
  }

  /**
   * @param account `undefined` when the password was wrong
   * @returns the ticket for the page
   */
  async ask(account: Account | undefined, email: string, returnTo: string): Promise<string> {
    const { tickets, mailedCodes, limiter, mail, service } = this.#with;
    const { id, sealed } = tickets.issue(email, returnTo);
    const who = `${account ? 'owner' : 'nobody'}:${email}`;
    const leave = await limiter.take([['SIGN_IN_MAIL_ACCOUNT', who]]);
    const proved = leave.outcome === 'evaluate' ? account : undefined;
    const code = newMailedCode();
    const payload: Proved = { accountId: proved?.id, epoch: proved?.epoch ?? 0 };
    const writing = mailedCodes.write(PURPOSE, id, { code, payload, lifetime: CODE_LIFETIME });
    await (leave.outcome === 'evaluate' ? orGiveBack(leave.giveBack, writing) : writing);
    // Written in either case, so that the time it takes tells nothing.
    const written = writeMail(
      'confirm-sign-in',
      proved?.profile.email ?? email,
      { code, ...service },
      mailReader(service, proved?.profile),
    );
    if (proved) mail.post(written);
    return sealed;
  }

  readTicket(sealed: string): Ticket | undefined {
    return this.#with.tickets.read(sealed);
  }

  async confirm(sealed: string, code: string, visit: Visit): Promise<ConfirmSignInOutcome> {
    const ticket = this.readTicket(sealed);
    if (!ticket) return { outcome: 'no-ticket' };
    const tried = await this.#with.mailedCodes.spend<Proved>(PURPOSE, ticket.id, code, CODE_TRIES);
    if (tried.outcome === 'wrong' && tried.triesLeft === 0) return { outcome: 'too-many-tries' };
    if (tried.outcome !== 'right') return { outcome: 'wrong' };
    const creation = await this.#createSession(tried.payload, ticket.returnTo, visit);
    if (creation.outcome === 'refused') return { outcome: 'wrong' };
    await this.#with.limits.forgive({ email: ticket.email, address: visit.address });
    return { ...creation, returnTo: ticket.returnTo };
  }

  /** Under the epoch that was read beside the password hash, not the one of now. */
  async #createSession(
    { accountId, epoch }: Proved,
    returnTo: string,
    visit: Visit,
  ): Promise<SessionCreationOutcome> {
    const account = accountId && (await this.#with.accounts.find(accountId));
    if (account?.status !== 'active' || account.epoch !== epoch) return { outcome: 'refused' };
    return this.#with.sessionCreation.create(account, { amr: ['pwd', 'otp'], returnTo }, visit);
  }
}
