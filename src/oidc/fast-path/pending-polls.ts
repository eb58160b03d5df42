/**
 * A fast path in front of the library for most of what this server hears all day: the poll of a public client whose owner
 * has not decided yet. It answers that one case as the library would, byte for byte; a test holds the two together.
 *
 * | what comes | what happens |
 * | --- | --- |
 * | anything but the three parameters in a simple form (`simple-form.ts`), or with credentials | the library, untouched |
 * | a client that is unknown, has a secret, or may not use this grant | the library, untouched |
 * | a pending code, polled by its own client | answered here |
 * | approved, denied, expired, used, unknown, another client's; a store that does not answer | the library, which finds what was polled, or the store's failure, in the request's cache: the pace is kept once |
 * | a connection that breaks before the body is here | the library, which says so |
 */
import type Provider from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { DeviceCodeStore } from '../../devices/device-code-store.ts';
import { answerReasons } from '../answer-reasons.ts';
import { DEVICE_GRANT } from '../clients.ts';
import type { Cors } from '../cors.ts';
import { requestCache } from '../request-cache.ts';
import { headersFor, originOf } from './plain-answers.ts';
import { publicClient } from './public-client.ts';
import { TOKEN_PATH, type TokenAnswerer } from './token-answers.ts';

/** What the library says, read off its errors once: each error that is made draws up a stack trace. */
const PENDING = answerOf(new errors.AuthorizationPending());
const SLOW_DOWN = answerOf(new errors.SlowDown());

export function pendingPolls(provider: Provider, codes: DeviceCodeStore, cors: Cors): TokenAnswerer {
  return async function answerPendingPoll(question, { device_code: deviceCode, client_id: clientId }) {
    if (!deviceCode || !clientId) return undefined;
    const client = await publicClient(provider, clientId, DEVICE_GRANT, originOf(question));
    if (!client) return undefined;
    const polled = codes.poll(deviceCode, clientId);
    answerReasons(question).client = clientId;
    requestCache(question).polls.set(deviceCode, polled);
    const pace = await paceOf(polled);
    if (pace !== 'wait' && pace !== 'slow_down') return undefined;
    const { status, body } = pace === 'wait' ? PENDING : SLOW_DOWN;
    return { route: TOKEN_PATH, status, headers: headersFor(question, cors, 'token', client), body };
  };
}

async function paceOf(polled: ReturnType<DeviceCodeStore['poll']>) {
  try {
    return (await polled)?.pace;
  } catch {
    return undefined;
  }
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

function answerOf({ statusCode: status, error, error_description }: errors.OIDCProviderError): Answer {
  return { status, body: JSON.stringify({ error, error_description }) };
}
