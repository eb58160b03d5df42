import type { Account, AccountId } from '../accounts/account.ts';
import type { AccountStore, Ended } from '../accounts/account-store.ts';
import { findByEmail } from '../accounts/find-by-email.ts';
import type { MailedCodeStore } from '../accounts/mailed-code-store.ts';
import type { PasswordRole } from '../accounts/password-rules.ts';
import type { Service } from '../brand/brand.ts';
import { eventPlace } from '../events/event.ts';
import { type Count, type Limiter, orGiveBack } from '../limits/limiter.ts';
import type { LimitName } from '../limits/limits.ts';
import type { OutgoingMail } from '../mail/outgoing-mail.ts';
import type { SecondStepLimits } from '../mfa/second-step-limits.ts';
import { networkOf } from '../net/network.ts';
import type { Visit } from '../net/visit.ts';
import type { GuessLimits } from './guess-limits.ts';
import type { KnownBrowsers } from './known-browsers.ts';
import type { ChoiceOutcome, PasswordChoice } from './password-choice.ts';
import { NO_CODE, type PendingReset, RESET_PURPOSE, resetLinkMail } from './reset-link.ts';
import type { SessionCreation, SessionCreationOutcome } from './session-creation.ts';

const TOKEN = /^[\w-]{43}$/;

/** Where the browser goes on after a second step. */
const AFTERWARDS = '/account/security';

export type ResetOutcome =
  | { outcome: 'changed'; account: AccountId; ended: Ended; score: number; creation: SessionCreationOutcome }
  | Extract<ChoiceOutcome, { outcome: 'refused' }>
  /** The link is too old, used, or everything has ended since it was sent. */
  | { outcome: 'gone' };

interface PasswordResetDependencies {
  service: Service;
  accounts: AccountStore;
  mailedCodes: MailedCodeStore;
  limiter: Limiter;
  limits: GuessLimits;
  secondStepLimits: SecondStepLimits;
  knownBrowsers: KnownBrowsers;
  mail: OutgoingMail;
  providersOf?: ((account: AccountId) => Promise<readonly string[]>) | undefined;
  choice: PasswordChoice;
  /** As after a right password: a second step applies. */
  sessionCreation: SessionCreation;
}

/**
 * A new password for an owner who has forgotten the old one: a link by mail, good once and for 10 minutes. It
 * replaces the password alone: what else the account asks for, it asks for afterwards (ASVS 6.4.3).
 */
export class PasswordReset {
  readonly #with: PasswordResetDependencies;

  constructor(dependencies: PasswordResetDependencies) {
    this.#with = dependencies;
  }

  /**
   * The same answer, after the same work, whether or not the email has an account.
   * @param email in its normal form
   * @throws StoreUnavailable
   */
  async ask(
    email: string,
    visit: Pick<Visit, 'address' | 'knownBrowser'>,
  ): Promise<{ outcome: 'mailed' } | { outcome: 'wait'; milliseconds: number; limit: LimitName }> {
    const { accounts, limiter, knownBrowsers } = this.#with;
    const found = await findByEmail(accounts, email);
    const known = knownBrowsers.idFor(found?.id, visit.knownBrowser);
    const leave = await limiter.take(countsOf(email, visit.address, known));
    if (leave.outcome === 'wait') return leave;
    await orGiveBack(leave.giveBack, this.#mailLink(email, found, visit.address));
    return { outcome: 'mailed' };
  }

  async #mailLink(email: string, found: Account | undefined, address: string): Promise<void> {
    const account = found?.status === 'active' ? found : undefined;
    // Written in either case, so that the time it takes tells nothing.
    const written = await resetLinkMail(this.#with, email, account);
    if (account) this.#with.mail.post(written, address);
  }

  /** For the page behind the link; looking changes nothing, so that mail scanners may look, too. */
  async look(token: string): Promise<{ email: string; role: PasswordRole } | undefined> {
    const account = await this.#accountOf(token);
    return account && { email: account.profile.email, role: await this.#with.choice.roleFor(account) };
  }

  /**
   * Exactly one caller gets `changed` for a link: the password is replaced and everything of the account ends.
   * @throws Busy, StoreUnavailable
   */
  async finish(token: string, password: string, visit: Visit): Promise<ResetOutcome> {
    const { accounts, mailedCodes, choice, limits, secondStepLimits, sessionCreation } = this.#with;
    const account = await this.#accountOf(token);
    if (!account) return { outcome: 'gone' };
    const chosen = await choice.choose(account, password, visit.address);
    if (chosen.outcome === 'refused') return chosen;
    const spent = await mailedCodes.spend(RESET_PURPOSE, token, NO_CODE, 1);
    if (spent.outcome !== 'right') return { outcome: 'gone' };
    const event = { kind: 'password-reset', by: 'owner', place: eventPlace(visit) } as const;
    const ended = await accounts.changePassword(account, chosen.credentials, event);
    if (!ended) return { outcome: 'gone' };
    await limits.forgive({ email: account.profile.email, address: visit.address });
    await secondStepLimits.passwordChanged({ accountId: account.id });
    const changed = { ...account, epoch: ended.epoch, credentials: chosen.credentials };
    const creation = await sessionCreation.create(changed, { amr: ['otp'], returnTo: AFTERWARDS }, visit);
    return { outcome: 'changed', account: account.id, ended, score: chosen.score, creation };
  }

  /** Everything that ended the account's sign-ins since the link was sent has ended the link, too. */
  async #accountOf(token: string): Promise<Account | undefined> {
    const { accounts, mailedCodes } = this.#with;
    const pending = TOKEN.test(token)
      ? await mailedCodes.peek<PendingReset>(RESET_PURPOSE, token)
      : undefined;
    if (!pending?.accountId) return undefined;
    const account = await accounts.find(pending.accountId);
    if (account?.status !== 'active' || account.epoch !== pending.epoch) return undefined;
    return account.profile.email === pending.email ? account : undefined;
  }
}

/** Strangers who know an email use up neither what another network nor what its owner's own browser may ask for. */
function countsOf(email: string, address: string, knownBrowser: string | undefined): Count[] {
  const network: Count[] = [
    ['FORGOTTEN_MAIL_NETWORK', address],
    ['FORGOTTEN_MAIL_ALL', address],
  ];
  if (knownBrowser !== undefined) return [['FORGOTTEN_MAIL_VISITOR', `${email}:${knownBrowser}`], ...network];
  return [
    ['FORGOTTEN_MAIL_VISITOR', `${email}:${networkOf(address)}`],
    ['FORGOTTEN_MAIL_ACCOUNT', email],
    ...network,
  ];
}
