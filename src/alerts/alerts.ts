/** Alerts put together: from the events that scripts write to mails that arrive. */
import type { AccountClosedEmails } from '../account-changes/closing-sweep.ts';
import type { Sealing } from '../accounts/sealing.ts';
import { type MailFailure, mailFailureOf } from '../mail/mail-failure.ts';
import { mailReader } from '../mail/mail-reader.ts';
import { writeMail } from '../mail/write-mail.ts';
import { IntervalTask } from '../runtime/interval-task.ts';
import { AlertDelivery, type AlertDeliveryDependencies, type LeftToTell } from './alert-delivery.ts';
import { type Alert, AlertSweep, type FormerMail } from './alert-sweep.ts';
import { AlertTexts, type AlertTextsDependencies } from './alert-texts.ts';
import { AlertTurns } from './alert-turns.ts';
import { DisputeTickets } from './dispute-tickets.ts';
import type { OwedMail, OwedMailStore } from './owed-mails.ts';

/** Milliseconds between looks for events that no server has taken charge of. */
const SWEEP_PAUSE = 1000;
/** How long a server that stops waits for alerts that are being sent, in milliseconds. */
const TIMEOUT = 5000;

interface AlertsSettings
  extends Pick<AlertDeliveryDependencies, 'accounts' | 'mailer' | 'recoveries' | 'alerts'>,
    AlertTextsDependencies {
  readonly owedMails: OwedMailStore;
  readonly keyring: Sealing & { mac(kind: string, id: string): string };
  readonly onFailure: (failure: MailFailure & { tries?: number; last?: boolean }) => void;
}

export interface Alerts extends AccountClosedEmails {
  /** How many receivers wait for a mail, or are being written to. */
  depth(): Promise<number>;
  /** Finishes what is being sent; what is left waits in the store for the next server. */
  close(): Promise<void>;
}

export function startAlerts(settings: AlertsSettings): Alerts {
  const { keyring, owedMails, onFailure } = settings;
  const delivery = new AlertDelivery({
    ...settings,
    texts: new AlertTexts(settings),
    nameOf: (...mail) => keyring.mac('message-id', mail.join(':')),
    dispute: (alert) => disputeAddress(settings, alert),
  });
  const turns = new AlertTurns({
    store: owedMails,
    send: (owed) => (owed.sealed === '' ? delivery.tell(owed.receiver) : sendAlone(settings, owed)),
    giveUp: async (owed) => (owed.sealed === '' ? delivery.giveUp(owed.receiver) : undefined),
    onFailure,
  });
  const sweep = new AlertSweep(settings.alerts, owedMails, keyring);
  const sweeping = new IntervalTask(
    () => sweep.sweep(),
    SWEEP_PAUSE,
    (error) => onFailure(mailFailureOf(error)),
  );
  return {
    add: async ({ id, profile: { email, language } }) => {
      const receiver = `${CLOSED}${id}`;
      const facts = { email, ...(language !== undefined && { language }) };
      await owedMails.owe(receiver, { urgency: 'critical', sealed: keyring.seal(receiver, facts) });
    },
    depth: () => owedMails.count(),
    close: () => stop([sweeping, turns]),
  };
}

/** Where the owner says that it was not them. */
function disputeAddress(
  { keyring, service }: Pick<AlertsSettings, 'keyring' | 'service'>,
  alert: Alert,
): string {
  return `${service.issuer}/not-me/${new DisputeTickets(keyring).issue(alert)}`;
}

const CLOSED = 'closed:';

/**
 * To a mailbox that no account leads to any more: a closed account's, or the one before a change. What does not
 * open was sealed under a secret that is gone, and is not sent: its address cannot be read.
 */
async function sendAlone(
  settings: Pick<AlertsSettings, 'keyring' | 'mailer' | 'service'>,
  { receiver, sealed }: OwedMail,
): Promise<LeftToTell | undefined> {
  const { keyring, mailer, service } = settings;
  const facts = keyring.open<FormerMail>(receiver, sealed);
  if (facts === undefined) return undefined;
  const { email, dispute } = facts;
  const reader = mailReader(service, facts);
  const undo = dispute && disputeAddress(settings, dispute);
  const mail = receiver.startsWith(CLOSED)
    ? writeMail('account-closed', email, { ...service }, reader)
    : writeMail('email-changed', email, { ...service, dispute: undo }, reader);
  const messageId = `${keyring.mac('message-id', receiver)}@${new URL(service.issuer).hostname}`;
  await mailer.send({ ...mail, messageId });
  return undefined;
}

async function stop(parts: readonly { stop(): Promise<void> }[]): Promise<void> {
  const timeout = Promise.withResolvers<void>();
  const timer = setTimeout(timeout.resolve, TIMEOUT);
  const ending = Promise.all(parts.map((part) => part.stop()));
  await Promise.race([ending.catch(() => undefined), timeout.promise]);
  clearTimeout(timer);
}
