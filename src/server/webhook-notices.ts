/** Receivers of webhooks hear what happened. */
import type { ReceiverOffMails } from '../admin/receiver-off-mails.ts';
import { Egress } from '../net/egress.ts';
import { type NoticeOutcome, NoticeTurns } from '../notices/notice-turns.ts';
import { ReceiverWatch } from '../notices/receiver-watch.ts';
import { receiverPage } from '../web/console/paths.ts';
import { ClientSweep } from '../webhooks/client-sweep.ts';
import { KeySweep } from '../webhooks/key-sweep.ts';
import { WebhookDelivery } from '../webhooks/webhook-delivery.ts';
import { WebhookHearer } from '../webhooks/webhook-hearer.ts';
import { WebhookQueueing } from '../webhooks/webhook-queueing.ts';
import { queueName, type WebhookReceiver } from '../webhooks/webhook-receiver.ts';
import type { Parts } from './parts.ts';
import { keyRotationOf } from './signing-keys.ts';
import { warnOf } from './warn-of.ts';

export type WebhookNoticeParts = Pick<Parts, 'stores' | 'log' | 'config' | 'metrics' | 'webhooks'>;

export function webhookNotices(parts: WebhookNoticeParts, offMails: ReceiverOffMails) {
  const { config, stores, webhooks: receivers } = parts;
  const byQueue = new Map(receivers.map((receiver) => [queueName(receiver.id), receiver]));
  const watch = watchOf(parts, offMails);
  const turns = turnsOf(parts, byQueue, watch);
  const queueing = new WebhookQueueing({
    events: stores.noticedEvents,
    queue: stores.webhookQueues,
    receivers,
    onQueued: () => turns.hurry(),
    onDropped: ({ id }, dropped) => tell(parts, { receiver: id, outcome: 'dropped' }, dropped),
  });
  const keys = keyRotationOf(stores, config);
  const others = [
    new ClientSweep(stores.clientEvents, queueing),
    new KeySweep({ told: stores.noticedEvents, status: () => keys.status(), queueing }),
  ];
  return {
    begin: () => queueing.begin(),
    hearer: new WebhookHearer(queueing),
    others,
    turns,
    watch,
    dead: async () => {
      const counts = [...byQueue.keys()].map((name) => stores.webhookQueues.countDead(name));
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    },
    off: () => receivers.filter(({ id }) => watch.isOff(id)).length,
  };
}

function watchOf({ stores, log }: WebhookNoticeParts, offMails: ReceiverOffMails): ReceiverWatch {
  return new ReceiverWatch({
    states: stores.receiverStates,
    isGoneWhenRefused: true,
    onOff: async (receiver, reason) => {
      log.error({ receiver, reason }, 'a receiver of webhooks is off from now on');
      const { off } = await stores.receiverStates.of(receiver);
      const what = off?.why === 'gone' ? 'gone' : 'silent';
      await offMails.post({ what, receiver, page: receiverPage(receiver) });
    },
    onFailure: warnOf(log, NOT_TOLD_YET),
  });
}

function turnsOf(
  parts: WebhookNoticeParts,
  byQueue: ReadonlyMap<string, WebhookReceiver>,
  watch: ReceiverWatch,
) {
  const { config, stores, log } = parts;
  const delivery = new WebhookDelivery(new Egress(config.egress));
  return new NoticeTurns({
    queue: stores.webhookQueues,
    receivers: () => byQueue,
    send: async (receiver, notice, signal) => {
      if (await watch.isStillOff(receiver.id)) return { outcome: 'off', reason: 'off' };
      const tried = await delivery.send(receiver, notice, signal);
      if (!signal.aborted) await watch.note(receiver.id, tried);
      return tried;
    },
    deadLetter: (name, taken, reason) => stores.webhookQueues.deadLetter(name, taken, reason),
    onOutcome: ({ receiver, ...told }) => tell(parts, { receiver: receiver.id, ...told }),
    onFailure: warnOf(log, NOT_TOLD_YET),
  });
}

const NOT_TOLD_YET = 'receivers of webhooks could not be told yet';

function tell(
  { metrics, log }: WebhookNoticeParts,
  told: { receiver: string; outcome: NoticeOutcome | 'dropped' },
  count = 1,
): void {
  metrics.countWebhooks(told.outcome, count);
  if (told.outcome !== 'sent' && told.outcome !== 'off') log.warn(told, 'a receiver has not taken a webhook');
}
