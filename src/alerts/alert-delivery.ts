import type { Account, AccountId } from '../accounts/account.ts';
import type { Service } from '../brand/brand.ts';
import type { ActivityEntry } from '../events/event-store.ts';
import type { Mailer } from '../mail/mail.ts';
import { mailReader } from '../mail/mail-reader.ts';
import type { RecoveryStore } from '../sessions/recovery-store.ts';
import { isWanted } from './alert-choices.ts';
import { alertMail } from './alert-mail.ts';
import { nextTimes } from './alert-pace.ts';
import type { AlertStore, Unmailed } from './alert-store.ts';
import type { Alert } from './alert-sweep.ts';
import type { AlertTexts } from './alert-texts.ts';
import { severityOf } from './event-labels.ts';
import type { NextTimes, Urgency } from './owed-mails.ts';

export interface AlertDeliveryDependencies {
  readonly service: Service;
  readonly alerts: AlertStore;
  readonly accounts: { find(id: AccountId): Promise<Account | undefined> };
  readonly mailer: Mailer;
  readonly texts: AlertTexts;
  readonly recoveries: Pick<RecoveryStore, 'find'>;
  /** A name for one mail that tells nothing about it, for the Message-ID. */
  readonly nameOf: (...mail: string[]) => string;
  /** The address of the page on which the owner says that it was not them. */
  readonly dispute: (alert: Alert) => string;
}

/** What is still to be told after one mail, and when it may be. */
export interface LeftToTell {
  readonly urgency: Urgency | undefined;
  readonly next: NextTimes;
}

/** Events in one mail; more are in the next one, which follows in the account's next turn. */
const MAX_EVENTS = 100;

/**
 * Tells an owner of everything that they were not mailed yet, in one mail. What it tells of is fixed in the store
 * before it is sent, so sending it twice sends one mail twice, under one Message-ID.
 */
export class AlertDelivery {
  readonly #with: AlertDeliveryDependencies;

  constructor(dependencies: AlertDeliveryDependencies) {
    this.#with = dependencies;
  }

  /** @throws whatever the mailer or the store does: the mail is to be tried again */
  async tell(accountId: string): Promise<LeftToTell> {
    const { alerts, accounts } = this.#with;
    const account = await accounts.find(accountId as AccountId);
    const unmailed = await alerts.unmailed(accountId);
    const last = unmailed.mailing ?? (account && (await this.#lastOf(account, unmailed)));
    const end = account && last && (await alerts.begin(accountId, last));
    if (!account || !end) return { urgency: undefined, next: nextTimes(unmailed.paced) };
    const sent = await this.#mail(account, unmailed, end);
    const next = nextTimes(await alerts.mailed(accountId, end, sent));
    return { urgency: urgencyOf(unmailed.entries.filter(({ id }) => isAfter(id, end))), next };
  }

  /** The mail that was begun can never be sent: what comes after it goes on. */
  async giveUp(accountId: string): Promise<LeftToTell> {
    const { alerts } = this.#with;
    const { mailing, entries, paced } = await alerts.unmailed(accountId);
    if (!mailing) return { urgency: undefined, next: nextTimes(paced) };
    await alerts.mailed(accountId, mailing, false);
    return { urgency: urgencyOf(entries.filter(({ id }) => isAfter(id, mailing))), next: nextTimes(paced) };
  }

  /** Where the mail that is to be begun ends; `undefined`: there is nothing to look at. */
  async #lastOf(account: Account, { entries }: Unmailed): Promise<string | undefined> {
    const told = await this.#told(account, entries);
    return (told.length > MAX_EVENTS ? told[MAX_EVENTS - 1] : entries.at(-1))?.id;
  }

  /** @returns whether there was anything to send */
  async #mail(account: Account, { entries, mailed, dropped }: Unmailed, end: string): Promise<boolean> {
    const { service, mailer, nameOf, dispute, texts } = this.#with;
    const told = await this.#told(
      account,
      entries.filter(({ id }) => !isAfter(id, end)),
    );
    if (told.length === 0 && !dropped) return false;
    const reader = mailReader(service, account.profile);
    const mail = alertMail(account.profile.email, told, {
      service,
      reader,
      dispute: (entryId) => dispute({ accountId: account.id, entryId }),
      droppedAfter: dropped ? mailed : undefined,
    });
    const messageId = `${nameOf(account.id, mailed, end)}@${new URL(service.issuer).hostname}`;
    await mailer.send({ ...mail, messageId });
    if (dropped || urgencyOf(told) === 'critical') await texts.send(account.id, told, mail.subject, reader);
    return true;
  }

  async #told(account: Account, entries: readonly ActivityEntry[]): Promise<ActivityEntry[]> {
    const told = entries.filter((entry) => isTold(entry, account));
    if (!told.some(isOfRecovery) || (await this.#with.recoveries.find(account.id))) return told;
    // What is about to happen is told only as long as it may: the request was cancelled in the meantime.
    return told.filter((entry) => !isOfRecovery(entry));
  }
}

const isOfRecovery = ({ event }: ActivityEntry) =>
  event.kind === 'recovery-soon' || event.kind === 'recovery-open';

/** A browser in which the owner has signed in before is nothing new. */
function isTold({ event }: ActivityEntry, { profile }: Account): boolean {
  if (event.kind === 'signed-in' && event.details?.['known'] === true) return false;
  return severityOf(event.kind) !== 'silent' && isWanted(event.kind, profile);
}

function urgencyOf(entries: readonly ActivityEntry[]): Urgency | undefined {
  const severities = entries.map(({ event }) => severityOf(event.kind));
  if (severities.includes('critical')) return 'critical';
  return severities.includes('notify') ? 'notify' : undefined;
}

/** Names of entries are `<milliseconds>-<count>`. */
function isAfter(id: string, other: string): boolean {
  const [[at = 0, count = 0], [otherAt = 0, otherCount = 0]] = [id, other].map((name) =>
    name.split('-').map(Number),
  ) as [number[], number[]];
  return at === otherAt ? count > otherCount : at > otherAt;
}
