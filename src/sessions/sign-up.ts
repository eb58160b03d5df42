import type { AccountStore } from '../accounts/account-store.ts';
import { normalizeEmail } from '../accounts/email.ts';
import { findByEmail, randomAccountId } from '../accounts/find-by-email.ts';
import type { Invitation, Invitations } from '../accounts/invitations.ts';
import { CODE_LIFETIME, CODE_TRIES, newMailedCode } from '../accounts/mailed-code.ts';
import type { MailedCodeStore } from '../accounts/mailed-code-store.ts';
import { cleanName } from '../accounts/name.ts';
import {
  errorOfEmail,
  errorOfName,
  judgeNewAccount,
  type NewAccountForm,
} from '../accounts/new-account-form.ts';
import type { PasswordRules } from '../accounts/password-rules.ts';
import type { Passwords } from '../accounts/passwords.ts';
import type { Ticket, Tickets } from '../accounts/tickets.ts';
import type { Service } from '../brand/brand.ts';
import { type Leave, type Limiter, orGiveBack } from '../limits/limiter.ts';
import { mailReader } from '../mail/mail-reader.ts';
import type { OutgoingMail } from '../mail/outgoing-mail.ts';
import { writeMail } from '../mail/write-mail.ts';
import type { Standing } from '../mfa/factor.ts';
import type { Visit } from '../net/visit.ts';
import type { KnownBrowsers } from './known-browsers.ts';
import type { PendingSignUp, SignUpOrigin } from './pending-sign-up.ts';
import type { CreatedSession, SessionCreation } from './session-creation.ts';
import type {
  ConfirmSignUpOutcome,
  CreateLinkedOutcome,
  KnownForm,
  ResendOutcome,
  StartOutcome,
} from './sign-up-outcome.ts';

const PURPOSE = 'sign-up';

/** Who may create an account without an `account` invitation: every visitor, the invited, none. */
export type SignUpMode = 'open' | 'invite' | 'closed';

interface SignUpDependencies {
  service: Service;
  mode: SignUpMode;
  /** `false`: who creates an account comes by another provider. */
  takesPasswords: boolean;
  accounts: AccountStore;
  limiter: Limiter;
  mailedCodes: MailedCodeStore;
  passwords: Passwords;
  passwordRules: PasswordRules;
  tickets: Tickets;
  invitations: Invitations;
  mail: OutgoingMail;
  sessionCreation: SessionCreation;
  knownBrowsers: KnownBrowsers;
  /** `false`: another account has been linked with it meanwhile. */
  linkOrigin?: ((owner: Standing, origin: SignUpOrigin, visit: Visit) => Promise<boolean>) | undefined;
  now?: () => number;
}

/**
 * Creating an account: name, email and password first, then the code that was mailed to the email. Before the
 * code is right there is no account, and the visitor does not learn whether the email has one.
 */
export class SignUp {
  readonly #with: SignUpDependencies;
  readonly #now: () => number;

  constructor(dependencies: SignUpDependencies) {
    this.#with = dependencies;
    this.#now = dependencies.now ?? Date.now;
  }

  get mode(): SignUpMode {
    return this.#with.mode;
  }

  /**
   * Whether a visitor with this invitation, or without one, may create an account.
   * @param token as it came with the address or the form
   */
  async gate(token: string | undefined): Promise<{ open: boolean; invitation: Invitation | undefined }> {
    const invitation = token ? await this.#with.invitations.find(token) : undefined;
    const invited = invitation !== undefined && (invitation.for === 'account' || this.mode !== 'closed');
    return { open: this.mode === 'open' || invited, invitation };
  }

  /**
   * The same work and answer for an email with an account and one without.
   * @param invitation token of one, where the person has come with it
   * @throws Busy, StoreUnavailable
   */
  async start(
    typed: NewAccountForm & { readonly language?: string },
    returnTo: string,
    address: string,
    invitation?: string,
  ): Promise<StartOutcome> {
    const gate = await this.gate(invitation);
    if (!gate.open || !this.#with.takesPasswords) return { outcome: 'closed' };
    const form = { ...typed, email: gate.invitation?.email ?? typed.email };
    const { passwordRules } = this.#with;
    const judged = await judgeNewAccount(form, passwordRules, address);
    const email = normalizeEmail(form.email);
    if (Object.keys(judged.errors).length > 0 || email === undefined) return { outcome: 'errors', ...judged };
    const known = { ...form, email, invitation: gate.invitation && invitation };
    return this.#begin(known, returnTo, address);
  }

  /**
   * As `start`, for a person whom another provider has proved: they set no password. Whether the provider's people may
   * create accounts is for the caller to say.
   * @param invitation token of one, where they may because of it alone
   * @throws StoreUnavailable
   */
  async startLinked(
    typed: Omit<NewAccountForm, 'password'> & { readonly language?: string },
    origin: SignUpOrigin,
    returnTo: string,
    address: string,
    invitation?: string,
  ): Promise<StartOutcome> {
    const gate = invitation === undefined ? undefined : await this.gate(invitation);
    if (gate?.open === false) return { outcome: 'closed' };
    const form = { ...typed, email: gate?.invitation?.email ?? typed.email };
    const [nameError, emailError] = [errorOfName(form.name), errorOfEmail(form.email)];
    const email = normalizeEmail(form.email);
    const errors = { ...(nameError && { name: nameError }), ...(emailError && { email: emailError }) };
    if (Object.keys(errors).length > 0 || email === undefined) return { outcome: 'errors', errors };
    const known = { ...form, email, origin, invitation: gate?.invitation && invitation };
    return this.#begin(known, returnTo, address);
  }

  /** Where the provider is believed that the email is theirs no code is mailed. @throws StoreUnavailable */
  async createLinked(
    typed: Pick<NewAccountForm, 'name' | 'email'>,
    origin: SignUpOrigin,
    visit: Visit,
    invitation?: string,
  ): Promise<CreateLinkedOutcome> {
    const email = normalizeEmail(typed.email);
    if (errorOfName(typed.name) || email === undefined) return { outcome: 'taken' };
    if ((await findByEmail(this.#with.accounts, email)) !== undefined) return { outcome: 'taken' };
    const leave = await this.#takeMail(email, visit.address);
    if (leave.outcome === 'wait') return leave;
    if (invitation !== undefined && !(await this.#admit(invitation, origin))) return { outcome: 'taken' };
    const pending = { taken: false, name: cleanName(typed.name), email, origin } as const;
    const created = await this.#create(pending, visit, true);
    return created ? { outcome: 'signed-in', returnTo: '', ...created } : { outcome: 'taken' };
  }

  async #begin(form: KnownForm, returnTo: string, address: string): Promise<StartOutcome> {
    const leave = await this.#takeMail(form.email, address);
    if (leave.outcome === 'wait') return leave;
    const ticket = this.#with.tickets.issue(form.email, returnTo);
    await orGiveBack(leave.giveBack, this.#keep(ticket.id, form, address));
    return { outcome: 'mailed', ticket: ticket.sealed, email: form.email };
  }

  async #keep(ticketId: string, form: KnownForm, address: string): Promise<void> {
    const { name, email, password, language, invitation, origin } = form;
    const { passwords, accounts } = this.#with;
    const caller = { address, account: email, known: false };
    const passwordHash = password === undefined ? undefined : await passwords.hash(password, caller);
    const taken = (await findByEmail(accounts, email)) !== undefined;
    const pending = taken
      ? ({ taken, email, language } as const)
      : ({ taken, email, language, name: cleanName(name), passwordHash, invitation, origin } as const);
    await this.#mailCode(ticketId, pending, address);
  }

  readTicket(sealed: string): Ticket | undefined {
    return this.#with.tickets.read(sealed);
  }

  /** A new code; the former one no longer works. */
  async resend(sealed: string, address: string): Promise<ResendOutcome> {
    const ticket = this.readTicket(sealed);
    const pending = ticket && (await this.#with.mailedCodes.peek<PendingSignUp>(PURPOSE, ticket.id));
    if (!ticket || !pending) return { outcome: 'gone' };
    const leave = await this.#takeMail(pending.email, address);
    if (leave.outcome === 'wait') return leave;
    await orGiveBack(leave.giveBack, this.#mailCode(ticket.id, pending, address));
    return { outcome: 'mailed' };
  }

  /** The right code makes the account, and signs the browser in. */
  async confirm(sealed: string, code: string, visit: Visit): Promise<ConfirmSignUpOutcome> {
    const ticket = this.readTicket(sealed);
    if (!ticket) return { outcome: 'gone' };
    const tried = await this.#with.mailedCodes.spend<PendingSignUp>(PURPOSE, ticket.id, code, CODE_TRIES);
    if (tried.outcome === 'wrong' && tried.triesLeft === 0) return { outcome: 'too-many-tries' };
    // A code that leads nowhere was never sent: a stranger who hits it by chance learns nothing.
    if (tried.outcome !== 'right' || tried.payload.taken) return { outcome: 'wrong' };
    const { invitation, origin } = tried.payload;
    const isAsked = !origin || invitation !== undefined;
    if (isAsked && !(await this.#admit(invitation, origin))) return { outcome: 'closed' };
    const created = await this.#create(tried.payload, visit);
    const { returnTo } = ticket;
    return created ? { outcome: 'signed-in', returnTo, ...created } : { outcome: 'taken', returnTo };
  }

  /** An invitation is used up here, before there is an account: if cut off in between, the visitor asks for another. */
  async #admit(invitation: string | undefined, origin: SignUpOrigin | undefined): Promise<boolean> {
    if (!origin && !this.#with.takesPasswords) return false;
    const { open } = await this.gate(invitation);
    const spent = invitation !== undefined && (await this.#with.invitations.spend(invitation));
    return open && (this.mode === 'open' || spent);
  }

  async #create(
    { name, email, passwordHash, origin }: Extract<PendingSignUp, { taken: false }>,
    visit: Visit,
    isLinkNeeded = false,
  ): Promise<CreatedSession | undefined> {
    const { accounts, sessionCreation, knownBrowsers, linkOrigin } = this.#with;
    const id = randomAccountId();
    const profile = { name, email, emailVerified: true, createdAt: this.#now() };
    const credentials = passwordHash === undefined ? {} : { passwordHash, standsAlone: true };
    if (!(await accounts.create(id, profile, credentials))) return undefined;
    const account = await accounts.find(id);
    const standing = account && { accountId: id, epoch: account.epoch };
    const linked = standing && origin && (await linkOrigin?.(standing, origin, visit));
    if (isLinkNeeded && !linked) return undefined;
    // The browser that creates an account is no stranger to it.
    const knownBrowser = knownBrowsers.remember(id, visit.knownBrowser);
    const from = linked && origin ? { id: origin.upstream, sid: origin.sid } : undefined;
    // Who comes from elsewhere has proved the mailbox as well, which is what is left where another was faster.
    const amr = [from ? 'upstream' : origin ? 'otp' : 'pwd'];
    return account && sessionCreation.createWith(account, amr, undefined, { ...visit, knownBrowser }, from);
  }

  async #mailCode(ticketId: string, pending: PendingSignUp, address: string): Promise<void> {
    const { mailedCodes, mail, service } = this.#with;
    const code = newMailedCode();
    await mailedCodes.write(PURPOSE, ticketId, { code, payload: pending, lifetime: CODE_LIFETIME });
    const { taken, email } = pending;
    const facts = { code, ...service };
    const reader = mailReader(service, pending);
    const written = writeMail(taken ? 'email-taken' : 'confirm-email', email, facts, reader);
    mail.post(written, address);
  }

  async #takeMail(email: string, address: string): Promise<Leave> {
    return this.#with.limiter.take([
      ['SIGN_UP_MAIL_ACCOUNT', email],
      ['SIGN_UP_MAIL_NETWORK', address],
      ['SIGN_UP_MAIL_ALL', address],
    ]);
  }
}
