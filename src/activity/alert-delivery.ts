import type { Account, AccountId } from '../accounts/account.ts';
import type { FactorStore } from '../accounts/factors/factor-store.ts';
import type { RecoveryStore } from '../accounts/factors/recovery-store.ts';
import type { TextMessages } from '../accounts/factors/text-codes.ts';
import { emailChangedMail, type Mailer } from '../accounts/mail.ts';
import type { ActivityEntry, ActivityStore } from './activity-store.ts';
import { isWanted } from './alert-choices.ts';
import { alertLetter } from './alert-letter.ts';
import type { Alert } from './alert-sweep.ts';
import { generalTitle, gravityOf } from './event-words.ts';
import { mailOf } from './letter.ts';

export interface AlertDeliveryDependencies {
  readonly issuer: string;
  readonly activity: ActivityStore;
  readonly accounts: { find(id: AccountId): Promise<Account | undefined> };
  readonly mailer: Mailer;
  /** `undefined`: no text message can be sent. */
  readonly texts: TextMessages | undefined;
  readonly factors: Pick<FactorStore, 'list'>;
  readonly recoveries: Pick<RecoveryStore, 'find'>;
  /** One name for one event that tells nothing about it, for the Message-ID. */
  readonly nameOf: (alert: Alert) => string;
  /** The address of the page on which the owner says that it was not them. */
  readonly notMe: (alert: Alert) => string;
}

/** Tells the owner of one event. Doing so twice sends one mail twice, under one Message-ID. */
export class AlertDelivery {
  readonly #with: AlertDeliveryDependencies;

  constructor(dependencies: AlertDeliveryDependencies) {
    this.#with = dependencies;
  }

  /** @throws whatever the mailer or the store does: the alert is to be tried again */
  async deliver(alert: Alert): Promise<void> {
    const { issuer, activity, accounts, mailer, nameOf, notMe } = this.#with;
    const entry = await activity.find(alert.accountId, alert.entryId);
    const account = await accounts.find(alert.accountId as AccountId);
    if (!entry || !account || !isTold(entry, account) || (await this.#isOver(entry, account))) return;
    const messageId = `${nameOf(alert)}@${new URL(issuer).hostname}`;
    if (alert.to === 'former') return this.#tellFormer(alert, entry, messageId);
    const letter = alertLetter([entry], { issuer, notMe: () => notMe(alert) });
    await mailer.send(mailOf(letter, account.profile.email, messageId));
    if (gravityOf(entry.event.kind) === 'grave') await this.#text(account, generalTitle(entry.event.kind));
  }

  /** This mail alone can bring the email back: who has the new one, or is signed in, may be the stranger. */
  async #tellFormer(alert: Alert, { event }: ActivityEntry, messageId: string): Promise<void> {
    const { mailer, issuer } = this.#with;
    const { was, change } = event.details ?? {};
    const notMe = change === undefined ? undefined : this.#with.notMe(alert);
    if (typeof was === 'string') await mailer.send({ ...emailChangedMail(was, issuer, notMe), messageId });
  }

  /** What is about to happen is told only as long as it may: the request may have been cancelled in the meantime. */
  async #isOver({ event }: ActivityEntry, { id }: Account): Promise<boolean> {
    if (event.kind !== 'recovery-soon' && event.kind !== 'recovery-open') return false;
    return (await this.#with.recoveries.find(id)) === undefined;
  }

  /** The gravest, to the phone as well: whoever took over a mailbox does not have it. Once the mail is on its way. */
  async #text({ id }: Account, title: string): Promise<void> {
    const { factors, texts, issuer } = this.#with;
    const phone = texts && (await factors.list(id)).find((factor) => factor.kind === 'phone');
    if (phone)
      texts.post({ to: phone.number, text: `Latchkey: ${title}. Not you? ${issuer}/account/activity` });
  }
}

/** A browser in which the owner has signed in before is nothing new. */
function isTold({ event }: ActivityEntry, { profile }: Account): boolean {
  if (event.kind === 'signed-in' && event.details?.['known'] === true) return false;
  return gravityOf(event.kind) !== 'quiet' && isWanted(event.kind, profile);
}
