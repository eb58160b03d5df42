import { SIGNALS_PATH } from './scopes.ts';
import type { SignalStream, StreamSettings } from './signal-stream.ts';
import { SUPPORTED_EVENTS } from './signal-types.ts';
import { POLL, PUSH } from './stream-requests.ts';

/** Where a receiver polls for the events of its stream. */
const pollPathOf = (streamId: string) => `${SIGNALS_PATH}/poll/${streamId}`;

/** A stream as its receiver sees it (Shared Signals Framework 1.0 section 8.1.1); without what it sends to prove that it is us. */
export function configurationOf(stream: SignalStream, issuer: string): Record<string, unknown> {
  const { id, requested, delivery, description } = stream;
  return {
    stream_id: id,
    ...transmitterSays(stream, issuer),
    events_requested: requested ?? SUPPORTED_EVENTS,
    delivery:
      delivery.method === 'poll'
        ? { method: POLL, endpoint_url: `${issuer}${pollPathOf(id)}` }
        : { method: PUSH, endpoint_url: delivery.url },
    ...(description !== undefined && { description }),
  };
}

/** What a receiver may repeat, and not change. */
export function transmitterSays(stream: StreamSettings, issuer: string): Record<string, unknown> {
  return {
    iss: issuer,
    aud: stream.clientId,
    events_supported: SUPPORTED_EVENTS,
    events_delivered: SUPPORTED_EVENTS.filter((event) => stream.requested?.includes(event) ?? true),
  };
}

/** Where a receiver begins (section 7.1). */
export function transmitterMetadata(issuer: string): Record<string, unknown> {
  return {
    spec_version: '1_0',
    issuer,
    jwks_uri: `${issuer}/jwks`,
    delivery_methods_supported: [PUSH, POLL],
    configuration_endpoint: `${issuer}${SIGNALS_PATH}/streams`,
    status_endpoint: `${issuer}${SIGNALS_PATH}/status`,
    verification_endpoint: `${issuer}${SIGNALS_PATH}/verify`,
    authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6749' }],
    default_subjects: 'ALL',
  };
}
