/** Who relies on this server hears what happened: apps of sign-outs, receivers of webhooks. */
import { readFile } from 'node:fs/promises';
import type { ClosedAccountApps } from '../account-changes/closing-sweep.ts';
import { LogoutDelivery, type LogoutTokens } from '../apps/logout-delivery.ts';
import type { LogoutReceiver } from '../apps/logout-receiver.ts';
import { LogoutSweep } from '../apps/logout-sweep.ts';
import { ReceiversByName } from '../apps/receivers-by-name.ts';
import type { Config } from '../config/config.ts';
import { OperatorError } from '../errors/operator-error.ts';
import type { EventKind } from '../events/event.ts';
import { Egress } from '../net/egress.ts';
import { type EventHearer, EventSweep } from '../notices/event-sweep.ts';
import { NoticeSweep } from '../notices/notice-sweep.ts';
import { type NoticeOutcome, NoticeTurns } from '../notices/notice-turns.ts';
import { logoutReceivers } from '../oidc/logout-receivers.ts';
import type { Protocol } from '../oidc/protocol.ts';
import { IntervalTask } from '../runtime/interval-task.ts';
import { withoutByteOrderMark } from '../runtime/text-file.ts';
import { isTold } from '../signals/event-signals.ts';
import type { SignalHearer } from '../signals/signal-hearer.ts';
import { typeOf } from '../webhooks/event-types.ts';
import { ManagedReceivers } from '../webhooks/managed-receivers.ts';
import { WebhookDelivery } from '../webhooks/webhook-delivery.ts';
import type { WebhookReceiver } from '../webhooks/webhook-receiver.ts';
import { parseWebhooks } from '../webhooks/webhooks-file.ts';
import type { Parts } from './parts.ts';
import { type ReceiverOffParts, receiverOffMails } from './receiver-off.ts';
import { type SignalNoticeParts, signalNotices } from './signal-notices.ts';
import { warnOf } from './warn-of.ts';
import { type WebhookNoticeParts, webhookNotices } from './webhook-notices.ts';

/** Milliseconds between looks for what no server has queued. */
const SWEEP_PAUSE = 1000;

type NoticeParts = WebhookNoticeParts &
  ReceiverOffParts & {
    readonly logoutTokens: LogoutTokens;
    readonly clients: Pick<Protocol['clients'], 'all'>;
  } & Omit<SignalNoticeParts, 'offMails'>;

interface Notices extends ClosedAccountApps {
  /** Breaks off what is being sent; it waits in the store for the next server. */
  close(): Promise<void>;
}

/** @throws OperatorError naming every error of the file */
export async function readWebhooks({ webhooksFile, egress }: Config): Promise<WebhookReceiver[]> {
  if (webhooksFile === undefined) return [];
  const text = await readFile(webhooksFile, 'utf8').catch((error: Error) => {
    throw new OperatorError(`WEBHOOKS_FILE: ${error.message}`);
  });
  return parseWebhooks(withoutByteOrderMark(text), new Egress(egress));
}

/** Whether there are receivers, and have to hear of such an event; which they are is read when it is queued. */
export function heardBy({ webhooksFile, sharedSignals }: Pick<Config, 'webhooksFile' | 'sharedSignals'>) {
  const isHeard = webhooksFile !== undefined;
  const isNoticed = (kind: EventKind) =>
    (isHeard && typeOf(kind) !== undefined) || (sharedSignals && isTold(kind));
  return { isHeard, isNoticed };
}

/** What the operator sees and does of receivers. */
export function receiversOf({
  config,
  stores,
  webhooks,
}: Pick<Parts, 'config' | 'stores' | 'webhooks'>): ManagedReceivers {
  return new ManagedReceivers({
    receivers: webhooks,
    states: stores.receiverStates,
    queue: stores.webhookQueues,
    events: stores.noticedEvents,
    delivery: new WebhookDelivery(new Egress(config.egress)),
  });
}

export async function startNotices(parts: NoticeParts): Promise<Notices> {
  const { metrics, stores, log } = parts;
  const offMails = receiverOffMails(parts);
  const webhooks = webhookNotices(parts, offMails);
  const signals = parts.config.sharedSignals ? signalNotices({ ...parts, offMails }) : undefined;
  await Promise.all([webhooks.begin(), webhooks.watch.begin(), signals?.begin()]);
  const logout = logoutNotices(parts, signals?.hearer);
  metrics.watchQueue('notices_waiting', 'Logout notices that wait or are being sent.', () =>
    logout.turns.depth(),
  );
  metrics.watchQueue('webhooks_waiting', 'Webhooks that wait or are being sent.', () =>
    webhooks.turns.depth(),
  );
  metrics.watchQueue('webhooks_dead', 'Webhooks that were given up, and are kept for a replay.', () =>
    webhooks.dead(),
  );
  metrics.watchQueue('webhook_receivers_off', 'Receivers of webhooks that are off.', async () =>
    webhooks.off(),
  );
  metrics.watchQueue('signals_waiting', 'Security events that wait to be pushed, or are being.', async () =>
    signals ? signals.turns.depth() : 0,
  );
  metrics.watchQueue(
    'signal_streams_paused',
    'Streams that the operator or the server has paused.',
    async () => (signals ? signals.paused() : 0),
  );
  const hear = parts.webhooks.length > 0;
  const hearers: EventHearer[] = [...(hear ? [webhooks.hearer] : []), ...(signals ? [signals.hearer] : [])];
  const onLost = () => log.error('events of an account were written over before receivers could be told');
  const events = new EventSweep({ events: stores.noticedEvents, hearers, onLost });
  const sweep = new NoticeSweep(stores.appEnds, hearers.length > 0 ? [logout.sweep, events] : [logout.sweep]);
  const onFailure = warnOf(log, 'what happened could not be told to apps and receivers yet');
  const sweeps = [sweep, ...(hear ? webhooks.others : [])];
  const sweeping = sweeps.map((one) => new IntervalTask(() => one.sweep(), SWEEP_PAUSE, onFailure));
  return {
    tellOf: (accountId) => sweep.tellOf(accountId),
    close: async () => {
      const turns = [logout.turns, webhooks.turns, webhooks.watch].map((one) => one.stop());
      await Promise.all([...sweeping.map((one) => one.stop()), ...turns, signals?.stop()]);
    },
  };
}

function logoutNotices(
  { config, stores, clients, log, metrics, logoutTokens }: NoticeParts,
  signals: SignalHearer | undefined,
) {
  const delivery = new LogoutDelivery(new Egress(config.egress), logoutTokens);
  const byName = new ReceiversByName(() => logoutReceivers(clients.all), stores.appEnds);
  const receivers = () => byName.now;
  const tell = (told: { client: string; outcome: NoticeOutcome | 'dropped' }, count = 1) => {
    metrics.countNotices(told.outcome, count);
    if (told.outcome !== 'sent') log.warn(told, 'an app has not heard of a sign-out');
  };
  const sweep = new LogoutSweep({
    ends: stores.appEnds,
    names: stores.appEnds,
    queue: stores.noticeQueues,
    receivers,
    onEnd: signals && ((accountId, end) => signals.hearEnd(accountId, end)),
    onDropped: ({ clientId: client }, dropped) => tell({ client, outcome: 'dropped' }, dropped),
  });
  const turns = new NoticeTurns({
    queue: stores.noticeQueues,
    receivers,
    send: (receiver: LogoutReceiver, { accountId, body }, signal) =>
      delivery.send(receiver, { accountId, sid: body.sid }, signal),
    onOutcome: ({ receiver, ...told }) => tell({ client: receiver.clientId, ...told }),
    onFailure: warnOf(log, 'apps could not be told of a sign-out yet'),
  });
  return { sweep, turns };
}
