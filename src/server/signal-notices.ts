/** Receivers of security events hear what happened. */
import { describeError } from '../errors/error-description.ts';
import { Egress } from '../net/egress.ts';
import { NoticeTurns } from '../notices/notice-turns.ts';
import type { Protocol } from '../oidc/protocol.ts';
import { IntervalTask } from '../runtime/interval-task.ts';
import { type PushReceiver, SignalDelivery } from '../signals/signal-delivery.ts';
import { SignalHearer } from '../signals/signal-hearer.ts';
import { queueName } from '../signals/signal-stream.ts';
import type { Parts } from './parts.ts';

/** Milliseconds between looks for streams that have changed. */
const LOOK_PAUSE = 1000;

export type SignalNoticeParts = Pick<Parts, 'stores' | 'log' | 'config' | 'metrics'> &
  Pick<Protocol, 'receiverTokens' | 'eventTokens'>;

export const NOT_TAKEN = 'a receiver has not taken a security event';

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
  const { turns, watching } = pushes(parts);
  return { hearer, turns, stop: () => Promise.all([turns.stop(), watching.stop()]) };
}

/** Those to which events are pushed, as this server knows them; changed within a second by whatever server. */
function pushes({ config, stores, log, metrics, receiverTokens, eventTokens: tokens }: SignalNoticeParts) {
  const { issuer } = config;
  const delivery = new SignalDelivery({ egress: new Egress(config.egress), tokens, issuer });
  const onFailure = (error: unknown) =>
    log.warn({ error: describeError(error) }, 'receivers of security events could not be told yet');
  let receivers: ReadonlyMap<string, PushReceiver> = new Map();
  const look = async () => {
    const found: [string, PushReceiver][] = [];
    for (const { clientId, id: streamId, status, delivery: to } of await stores.signalStreams.all())
      if (to.method === 'push' && status === 'enabled' && (await receiverTokens.heardBy(clientId)).length > 0)
        found.push([
          queueName(streamId),
          { clientId, streamId, url: to.url, authorization: to.authorization },
        ]);
    receivers = new Map(found);
  };
  const turns = new NoticeTurns({
    queue: stores.signalQueues,
    receivers: () => receivers,
    send: (receiver: PushReceiver, notice, signal) => delivery.send(receiver, notice, signal),
    deadLetter: (name, taken, reason) => stores.signalQueues.deadLetter(name, taken, reason),
    onOutcome: ({ receiver, ...told }) => {
      metrics.countSignals(told.outcome, 1);
      if (told.outcome !== 'sent') log.warn({ client: receiver.clientId, ...told }, NOT_TAKEN);
    },
    onFailure,
  });
  return { turns, watching: new IntervalTask(look, LOOK_PAUSE, onFailure) };
}
