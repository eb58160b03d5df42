import type { AccountStore, Ended } from '../accounts/account-store.ts';
import type { PasswordRole } from '../accounts/password-rules.ts';
import type { Sealing } from '../accounts/sealing.ts';
import type { Session, SessionTimes } from '../accounts/session.ts';
import type { Ticket } from '../accounts/tickets.ts';
import type { Service } from '../brand/brand.ts';
import type { EventPlace } from '../events/event.ts';
import { mailReader } from '../mail/mail-reader.ts';
import { writeMail } from '../mail/write-mail.ts';
import type { ChoiceOutcome, PasswordChoice } from '../sessions/password-choice.ts';
import { stayingBrowser } from '../sessions/staying-session.ts';
import type { ChangeCodes, CodeOutcome, Email, SendOutcome } from './change-codes.ts';

const PLACE = 'password-pass';
const LIFETIME_MS = 10 * 60_000;

/** The owner proved who they are and read the mailbox. The page of the new password holds it. */
interface Pass {
  uid: string;
  epoch: number;
  /** milliseconds since 1970 */
  until: number;
}

type FinishOutcome =
  | { outcome: 'changed'; browser: Session; ended: Ended; score: number }
  | Extract<ChoiceOutcome, { outcome: 'refused' }>
  /** The pass is too old, or something else has ended everything since: begin again. */
  | { outcome: 'gone' };

interface PasswordChangeDependencies {
  service: Service;
  accounts: AccountStore;
  browserTimes: SessionTimes;
  sealing: Sealing;
  codes: ChangeCodes<{ epoch: number }>;
  choice: PasswordChoice;
  now: () => number;
}

/**
 * A new password for an owner who knows the old one, which was asked for before this begins: a code by mail, then
 * the new password. Everything that was proved with the old one ends; this browser stays.
 */
export class PasswordChange {
  readonly #with: PasswordChangeDependencies;

  constructor(dependencies: PasswordChangeDependencies) {
    this.#with = dependencies;
  }

  /** Mails the code. The old password has just been proved in this browser. */
  begin(browser: Session): Promise<SendOutcome> {
    return this.#with.codes.send(browser, this.#email(browser));
  }

  resend(browser: Session, ticket: string): Promise<SendOutcome | { outcome: 'gone' }> {
    return this.#with.codes.resend(browser, ticket, () => this.#email(browser));
  }

  readTicket(sealed: string): Ticket | undefined {
    return this.#with.codes.readTicket(sealed);
  }

  /** The right code brings a pass for the page of the new password. */
  async confirm(
    browser: Session,
    ticket: string,
    code: string,
  ): Promise<{ outcome: 'right'; pass: string } | Exclude<CodeOutcome<never>, { outcome: 'right' }>> {
    const { codes, sealing, now } = this.#with;
    const tried = await codes.spend(browser, ticket, code);
    if (tried.outcome !== 'right') return tried;
    if (tried.payload.epoch !== browser.epoch) return { outcome: 'gone' };
    const pass: Pass = { uid: browser.uid, epoch: browser.epoch, until: now() + LIFETIME_MS };
    return { outcome: 'right', pass: sealing.seal(PLACE, pass) };
  }

  /** What the new password has to stand for; `undefined` when the pass is not good. */
  async roleFor(browser: Session, pass: string): Promise<PasswordRole | undefined> {
    return this.#isGood(browser, pass) ? this.#with.choice.roleFor({ id: browser.accountId }) : undefined;
  }

  /**
   * Under the epoch that stood beside the old password: of two changes at once one wins, and everything is as it was
   * left by that one.
   * @throws Busy, StoreUnavailable
   */
  async finish(browser: Session, pass: string, password: string, place: EventPlace): Promise<FinishOutcome> {
    const { accounts, choice, browserTimes, now } = this.#with;
    const account = this.#isGood(browser, pass) ? await accounts.find(browser.accountId) : undefined;
    if (!account || account.epoch !== browser.epoch) return { outcome: 'gone' };
    const chosen = await choice.choose(account, password, place.address);
    if (chosen.outcome === 'refused') return chosen;
    const stays = stayingBrowser(browser, browserTimes, now());
    const subject = { type: 'browser', id: browser.uid } as const;
    const event = { kind: 'password-changed', by: 'owner', place, subject } as const;
    const ended = await accounts.changePassword(account, chosen.credentials, event, stays);
    if (!ended) return { outcome: 'gone' };
    const { epoch } = ended;
    const stayed = { ...stays.becomes, epoch, profile: browser.profile };
    return { outcome: 'changed', browser: stayed, ended, score: chosen.score };
  }

  #isGood({ uid, epoch }: Session, pass: string): boolean {
    const opened = this.#with.sealing.open<Pass>(PLACE, pass);
    return opened?.uid === uid && opened.epoch === epoch && opened.until > this.#with.now();
  }

  #email({ accountId, epoch, profile }: Session): Email<{ epoch: number }> {
    const { service } = this.#with;
    return {
      email: profile.email,
      payload: { epoch },
      write: (code) =>
        writeMail('change-password', profile.email, { code, ...service }, mailReader(service, profile)),
      counts: [['CHANGE_MAIL_ACCOUNT', accountId]],
    };
  }
}
