import { RunEnded } from './ending.ts';
import type { Failure } from './exchange.ts';

/** Sentences for what the owner or the operator can do something about (RFC 6749 section 5.2, RFC 8628 section 3.5). */
const SENTENCES: Readonly<Record<string, string>> = {
  invalid_client: "The server does not know this client. Check --client and the server's list of clients.",
  unauthorized_client:
    'This client may not use the device flow: its grant_types on the server do not name it.',
  unsupported_grant_type: 'The server does not offer this grant.',
  invalid_scope: 'The server does not give one of the scopes asked for. Check --scope.',
  invalid_grant:
    'The server no longer takes this code. It may have been used already, by an answer that got lost on the way: start again for a new one.',
};

/** The end of a run on a reply that lets nothing go on, in words. `what` completes "The server refused …". */
export function refusal(reply: Failure, what: string): RunEnded {
  if (reply.kind === 'unavailable')
    return new RunEnded('unreachable', `No answer for ${what}: ${reply.reason}.`);
  // The library reads the ID token together with the answer that brings it.
  if (reply.kind === 'garbled')
    return unexpected(/JWT|ID Token/.test(reply.why) ? 'the ID token' : what, reply.why);
  const { error, description } = reply;
  const detail = description === '' ? error : `${error}: ${description}`;
  return new RunEnded('protocol-error', `${SENTENCES[error] ?? `The server refused ${what}.`} (${detail})`);
}

/** The end of a run on an answer that does not keep to the protocol. */
export function unexpected(what: string, why: string): RunEnded {
  return new RunEnded('protocol-error', `Something is wrong with ${what}: ${why}.`);
}
