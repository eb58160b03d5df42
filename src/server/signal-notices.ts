/** Receivers of security events hear what happened. */
import type { Protocol } from '../oidc/protocol.ts';
import { SignalHearer } from '../signals/signal-hearer.ts';
import type { Parts } from './parts.ts';

export type SignalNoticeParts = Pick<Parts, 'stores' | 'log' | 'config' | 'metrics'> &
  Pick<Protocol, 'receiverTokens' | 'eventTokens'>;

export const NOT_TAKEN = 'a receiver has not taken a security event';

export function signalNotices({ config, stores, log, metrics, receiverTokens }: SignalNoticeParts) {
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
  return { hearer };
}
