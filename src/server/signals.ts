/** The part of the composition root that tells receivers of security events. */
import { Egress } from '../net/egress.ts';
import { TryNotes } from '../notices/try-notes.ts';
import type { Protocol } from '../oidc/protocol.ts';
import { ManagedStreams } from '../signals/managed-streams.ts';
import { SignalPolls } from '../signals/signal-polls.ts';
import { SignalsApi } from '../signals/signals-api.ts';
import { transmitterMetadata } from '../signals/stream-configuration.ts';
import { signalsEndpoint } from '../web/signals-endpoint.ts';
import type { WebMiddleware } from '../web/web-state.ts';
import { limiterOf } from './accounts.ts';
import type { Parts } from './parts.ts';
import { NOT_TAKEN } from './signal-notices.ts';

/** What `/ssf` answers with. */
export function signalsPart(parts: Parts, protocol: Protocol): WebMiddleware {
  const { config, log, metrics, stores } = parts;
  const { issuer } = config;
  if (!config.sharedSignals) return signalsEndpoint(undefined);
  const egress = new Egress(config.egress);
  const streams = new ManagedStreams({
    issuer,
    streams: stores.signalStreams,
    states: stores.signalStates,
    queue: stores.signalQueues,
    refusalOf: (address) => egress.refusalOf(address),
    isRegistered: (clientId) => protocol.receiverTokens.isRegistered(clientId),
  });
  const notes = new TryNotes(stores.signalStates);
  const polls = new SignalPolls({
    issuer,
    queue: stores.signalQueues,
    tokens: protocol.eventTokens,
    current: async ({ id }) => (await stores.signalStreams.all()).find((one) => one.id === id),
    isOff: async (id) => (await stores.signalStates.of(id)).off !== undefined,
    onTaken: (id) => notes.taken(id),
    onOutcome: ({ client, outcome, count }) => {
      metrics.countSignals(outcome, count);
      if (outcome === 'refused') log.warn({ client, outcome, count }, NOT_TAKEN);
    },
    stopping: parts.stopping.signal,
  });
  const api = new SignalsApi({ tokens: protocol.receiverTokens, limiter: limiterOf(parts), streams, polls });
  return signalsEndpoint({ api, metadata: transmitterMetadata(issuer) });
}
