/** Alerts put together: from the events that scripts write to mails that arrive. */
import type { ConnectionOptions } from 'bullmq';
import type { Farewells } from '../accounts/closing-sweep.ts';
import { accountClosedMail } from '../accounts/mail.ts';
import type { Sealing } from '../accounts/sealing.ts';
import type { ActivityStore } from '../activity/activity-store.ts';
import { AlertDelivery, type AlertDeliveryDependencies } from '../activity/alert-delivery.ts';
import type { AlertStore } from '../activity/alert-store.ts';
import { AlertSweep } from '../activity/alert-sweep.ts';
import { NotMeTickets } from '../activity/not-me-tickets.ts';
import { Repeating } from '../repeating.ts';
import { BullAlertQueue, type Farewell } from './alert-queue.ts';

/** Milliseconds between looks for events that nobody has taken charge of. */
const SWEEP_PAUSE = 1000;
/** How long a server that stops waits for alerts that are being sent, in milliseconds. */
const PATIENCE = 5000;

export interface AlertsSettings
  extends Pick<
    AlertDeliveryDependencies,
    'issuer' | 'accounts' | 'mailer' | 'texts' | 'factors' | 'recoveries'
  > {
  readonly activity: ActivityStore;
  readonly alerts: AlertStore;
  readonly keyring: Sealing & { mac(kind: string, id: string): string };
  /** A connection for the queue alone. */
  readonly connection: { client: ConnectionOptions; close(): void };
  /** Stands before all keys of the installation. */
  readonly prefix: string;
  readonly onFailure: (failure: { reason: string; tries?: number; last?: boolean }) => void;
}

export interface Alerts extends Farewells {
  /** How many alerts wait or are being sent. */
  depth(): Promise<number>;
  /** Finishes what is being sent; what is left waits in the store for the next server. */
  close(): Promise<void>;
}

export function startAlerts(settings: AlertsSettings): Alerts {
  const { keyring, connection, onFailure } = settings;
  const tickets = new NotMeTickets(keyring);
  const delivery = new AlertDelivery({
    ...settings,
    nameOf: ({ accountId, entryId, to }) =>
      keyring.mac('message-id', [accountId, entryId, ...(to ? [to] : [])].join(':')),
    notMe: (alert) => `${settings.issuer}/not-me/${tickets.issue(alert)}`,
  });
  const queue = new BullAlertQueue({
    connection: connection.client,
    prefix: `${settings.prefix}{alerts}`,
    deliver: (alert) => delivery.deliver(alert),
    sayFarewell: (farewell) => sayFarewell(settings, farewell),
    onFailure,
  });
  const sweep = new AlertSweep(settings.alerts, queue);
  const sweeping = new Repeating(
    () => sweep.sweep(),
    SWEEP_PAUSE,
    (error) => onFailure({ reason: error instanceof Error ? error.name : typeof error }),
  );
  return {
    add: ({ id, profile: { email } }) =>
      queue.addFarewell({ accountId: id, sealed: keyring.seal(placeOf(id), email) }),
    depth: () => queue.depth(),
    close: () => stop(sweeping, queue, connection),
  };
}

const placeOf = (accountId: string) => `farewell:${accountId}`;

/** What does not open was sealed under a secret that is gone, and its reader is nobody any more. */
async function sayFarewell(
  { keyring, mailer, issuer }: Pick<AlertsSettings, 'keyring' | 'mailer' | 'issuer'>,
  { accountId, sealed }: Farewell,
): Promise<void> {
  const email = keyring.open<string>(placeOf(accountId), sealed);
  if (email === undefined) return;
  const messageId = `${keyring.mac('message-id', `${accountId}:closed`)}@${new URL(issuer).hostname}`;
  await mailer.send({ ...accountClosedMail(email, issuer), messageId });
}

async function stop(
  sweeping: Repeating,
  queue: BullAlertQueue,
  connection: AlertsSettings['connection'],
): Promise<void> {
  const patience = Promise.withResolvers<void>();
  const timer = setTimeout(patience.resolve, PATIENCE);
  const ending = sweeping.stop().then(() => queue.close());
  await Promise.race([ending.catch(() => undefined), patience.promise]);
  clearTimeout(timer);
  connection.close();
}
