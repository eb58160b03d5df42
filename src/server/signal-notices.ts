/** Receivers of security events hear what happened. */
import type { ReceiverOffMails } from '../admin/receiver-off-mails.ts';
import { Egress } from '../net/egress.ts';
import { NoticeTurns } from '../notices/notice-turns.ts';
import { ReceiverWatch } from '../notices/receiver-watch.ts';
import type { Protocol } from '../oidc/protocol.ts';
import { IntervalTask } from '../runtime/interval-task.ts';
import { type PushReceiver, SignalDelivery } from '../signals/signal-delivery.ts';
import { SignalHearer } from '../signals/signal-hearer.ts';
import { queueName, type SignalStream } from '../signals/signal-stream.ts';
import { isUpdate, tellPaused, updatesName } from '../signals/stream-standing.ts';
import { SupervisedStreams } from '../signals/supervised-streams.ts';
import { streamPage } from '../web/console/paths.ts';
import type { Parts } from './parts.ts';
import { warnOf } from './warn-of.ts';

/** Milliseconds between looks for streams that have changed. */
const LOOK_PAUSE = 1000;

export type SignalNoticeParts = Pick<Parts, 'stores' | 'log' | 'config' | 'metrics'> &
  Pick<Protocol, 'receiverTokens' | 'eventTokens'> & { readonly offMails: ReceiverOffMails };

export const NOT_TAKEN = 'a receiver has not taken a security event';
const NOT_TOLD_YET = 'receivers of security events could not be told yet';

/** What the operator sees and does of streams. */
export function supervisedStreams({ stores }: Pick<Parts, 'stores'>): SupervisedStreams {
  const { signalStreams: streams, signalStates: states, signalQueues: queue } = stores;
  return new SupervisedStreams({ streams, states, queue });
}

export function signalNotices(parts: SignalNoticeParts) {
  const { config, stores, log, metrics, receiverTokens } = parts;
  const hearer = new SignalHearer({
    issuer: config.issuer,
    streams: stores.signalStreams,
    queue: stores.signalQueues,
    relying: stores.relyingClients,
    names: stores.appEnds,
    heardBy: (clientId) => receiverTokens.heardBy(clientId),
    onLate: () => log.error('security events were told so late that not all receivers could be known'),
    onDropped: (client, dropped) => {
      metrics.countSignals('dropped', dropped);
      log.warn({ client, outcome: 'dropped' }, NOT_TAKEN);
    },
  });
  return { hearer, ...pushes(parts) };
}

/** Those to which events are pushed, as this server knows them; changed within a second by whatever server. */
function pushes(parts: SignalNoticeParts) {
  const { stores, receiverTokens } = parts;
  const { signalStates: states, signalStreams: streams } = stores;
  let receivers: readonly PushReceiver[] = [];
  const watch = new ReceiverWatch({
    states,
    // One that refuses an event may take the next.
    isGoneWhenRefused: false,
    onOff: (id, reason) => {
      const client = receivers.find(({ streamId }) => streamId === id)?.clientId;
      return tellOff(parts, { id, client, reason });
    },
    onFailure: warnOf(parts.log, NOT_TOLD_YET),
  });
  const look = async () => {
    // Before the streams are read: of each of these there was one, and where there is none now it is gone.
    const { ids } = watch;
    const all = await streams.all();
    receivers = await pushReceivers(all, receiverTokens);
    for (const id of ids) if (!all.some((one) => one.id === id)) await states.forget(id);
  };
  const turns = turnsOf(parts, watch, () => receivers);
  const watching = new IntervalTask(look, LOOK_PAUSE, warnOf(parts.log, NOT_TOLD_YET));
  return {
    turns,
    begin: () => watch.begin(),
    paused: async () => (await streams.all()).filter(({ id }) => watch.isOff(id)).length,
    stop: () => Promise.all([turns.stop(), watching.stop(), watch.stop()]),
  };
}

async function tellOff(
  { stores, log, offMails }: SignalNoticeParts,
  { id, client, reason }: { id: string; client: string | undefined; reason: string },
): Promise<void> {
  log.error({ client, reason }, 'a receiver of security events is paused from now on');
  const { off } = await stores.signalStates.of(id);
  if (off) await tellPaused(stores.signalQueues, id, off);
  if (client !== undefined)
    await offMails.post({ what: 'stream', receiver: client, page: streamPage(client) });
}

function turnsOf(
  { config, stores, log, metrics, eventTokens: tokens }: SignalNoticeParts,
  watch: ReceiverWatch,
  receivers: () => readonly PushReceiver[],
) {
  const { signalQueues: queue } = stores;
  const delivery = new SignalDelivery({ egress: new Egress(config.egress), tokens, issuer: config.issuer });
  const nameOf = ({ streamId }: PushReceiver) =>
    watch.isOff(streamId) ? updatesName(streamId) : queueName(streamId);
  return new NoticeTurns({
    queue,
    receivers: () => new Map(receivers().map((one) => [nameOf(one), one])),
    send: async (receiver: PushReceiver, notice, signal) => {
      const tried = await delivery.send(receiver, notice, signal);
      if (!signal.aborted) await watch.note(receiver.streamId, tried);
      return tried;
    },
    // That it was paused is no news any more.
    deadLetter: (name, taken, reason) =>
      isUpdate(taken.id) ? queue.end(name, taken) : queue.deadLetter(name, taken, reason),
    onOutcome: ({ receiver, ...told }) => {
      metrics.countSignals(told.outcome, 1);
      if (told.outcome !== 'sent') log.warn({ client: receiver.clientId, ...told }, NOT_TAKEN);
    },
    onFailure: warnOf(log, NOT_TOLD_YET),
  });
}

async function pushReceivers(
  streams: readonly SignalStream[],
  tokens: Pick<Protocol['receiverTokens'], 'heardBy'>,
): Promise<PushReceiver[]> {
  const found: PushReceiver[] = [];
  for (const { clientId, id: streamId, status, delivery: to } of streams)
    if (to.method === 'push' && status === 'enabled' && (await tokens.heardBy(clientId)).length > 0)
      found.push({ clientId, streamId, url: to.url, authorization: to.authorization });
  return found;
}
