/** A subject that no account knows, whose provider is believed about its email: a code that is mailed there signs in. */
import type { AccountId } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { findByEmail } from '../accounts/find-by-email.ts';
import { CODE_LIFETIME, CODE_TRIES, newMailedCode } from '../accounts/mailed-code.ts';
import type { MailedCodeStore } from '../accounts/mailed-code-store.ts';
import type { Ticket, Tickets } from '../accounts/tickets.ts';
import type { Service } from '../brand/brand.ts';
import { type Limiter, orGiveBack } from '../limits/limiter.ts';
import type { LimitName } from '../limits/limits.ts';
import { mailReader } from '../mail/mail-reader.ts';
import type { OutgoingMail } from '../mail/outgoing-mail.ts';
import { writeMail } from '../mail/write-mail.ts';
import type { Visit } from '../net/visit.ts';
import type { SessionCreation, SessionCreationOutcome } from '../sessions/session-creation.ts';
import type { Upstream, UpstreamSubject } from './upstream.ts';
import type { FoundSubject } from './upstream-sign-in.ts';
import { vouchedEmail } from './vouched-email.ts';

const PURPOSE = 'upstream';

/** What a mailed code stands for: one account, one subject of the provider, one browser. */
interface Waiting extends UpstreamSubject {
  /** `undefined`: there is no account with the email, and the code was sent to none. */
  readonly accountId: AccountId | undefined;
  readonly epoch: number;
  readonly visitor: string;
}

interface UpstreamByMailDependencies {
  readonly service: Service;
  readonly accounts: AccountStore;
  readonly mailedCodes: MailedCodeStore;
  readonly tickets: Tickets;
  readonly mail: OutgoingMail;
  readonly limiter: Limiter;
  readonly sessionCreation: SessionCreation;
}

type AskOutcome =
  | { readonly outcome: 'mailed'; readonly ticket: string }
  | { readonly outcome: 'wait'; readonly milliseconds: number; readonly limit: LimitName }
  /** The provider is not believed about it. */
  | { readonly outcome: 'gone' };

type ConfirmOutcome =
  | Exclude<SessionCreationOutcome, { outcome: 'refused' }>
  | { readonly outcome: 'wrong' | 'too-many-tries' | 'gone' };

/**
 * It links nothing: with the code, and the second step of the account, its owner is signed in, and is asked then. Without
 * the mailbox a provider that lies gets into no account.
 */
export class UpstreamByMail {
  readonly #with: UpstreamByMailDependencies;

  constructor(dependencies: UpstreamByMailDependencies) {
    this.#with = dependencies;
  }

  /**
   * The same work and answer for an email with an account and one without.
   * @param visitor what only this browser has
   */
  async ask(
    upstream: Upstream,
    found: FoundSubject,
    { visitor, returnTo, address }: { visitor: string; returnTo: string; address: string },
  ): Promise<AskOutcome> {
    const { tickets, mailedCodes, limiter, mail, service, accounts } = this.#with;
    const email = vouchedEmail(upstream, found);
    if (email === undefined) return { outcome: 'gone' };
    const leave = await limiter.take([
      ['SIGN_IN_MAIL_ACCOUNT', `upstream:${email}`],
      ['SIGN_UP_MAIL_NETWORK', address],
      ['SIGN_UP_MAIL_ALL', address],
    ]);
    if (leave.outcome === 'wait') return leave;
    const account = await orGiveBack(leave.giveBack, findByEmail(accounts, email));
    const { id, sealed } = tickets.issue(email, returnTo);
    const code = newMailedCode();
    const { issuer, subject } = found;
    const payload: Waiting = {
      ...{ accountId: account?.id, epoch: account?.epoch ?? 0 },
      ...{ issuer, subject, visitor },
    };
    const entry = { code, payload, lifetime: CODE_LIFETIME };
    await orGiveBack(leave.giveBack, mailedCodes.write(PURPOSE, id, entry));
    const facts = { code, provider: upstream.name, ...service };
    const written = writeMail('link-upstream', email, facts, mailReader(service, account?.profile));
    // A code for an account that is disabled would open nothing.
    if (account?.status === 'active') mail.post(written, address);
    return { outcome: 'mailed', ticket: sealed };
  }

  readTicket(sealed: string): Ticket | undefined {
    return this.#with.tickets.read(sealed);
  }

  /** @param found whom the provider has proved in this browser: the code is worth nothing beside another subject */
  async confirm(
    sealed: string,
    code: string,
    { found, visitor }: { found: UpstreamSubject; visitor: string },
    visit: Visit,
  ): Promise<ConfirmOutcome> {
    const ticket = this.readTicket(sealed);
    if (!ticket) return { outcome: 'gone' };
    const tried = await this.#with.mailedCodes.spend<Waiting>(PURPOSE, ticket.id, code, CODE_TRIES);
    if (tried.outcome === 'wrong' && tried.triesLeft === 0) return { outcome: 'too-many-tries' };
    if (tried.outcome !== 'right') return { outcome: 'wrong' };
    const { accountId, epoch, issuer, subject, visitor: asked } = tried.payload;
    if (issuer !== found.issuer || subject !== found.subject || asked !== visitor)
      return { outcome: 'wrong' };
    const account = accountId && (await this.#with.accounts.find(accountId));
    if (account?.status !== 'active' || account.epoch !== epoch || account.profile.email !== ticket.email)
      return { outcome: 'wrong' };
    const { returnTo } = ticket;
    const first = { amr: ['otp'], returnTo, bothSteps: true };
    const creation = await this.#with.sessionCreation.create(account, first, visit);
    return creation.outcome === 'refused' ? { outcome: 'wrong' } : creation;
  }
}
