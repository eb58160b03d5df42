/**
 * A lane in front of the library for most of what this server hears all day: the poll of a public client whose owner
 * has not decided yet. It answers that one case as the library would, byte for byte; a test holds the two together.
 *
 * | what comes | what happens |
 * | --- | --- |
 * | anything but the plain request of `isPlain` and the three parameters of `readPoll` | the library, untouched |
 * | a client that is unknown, has a secret, or may not use this grant | the library, untouched |
 * | a pending code, polled by its own client | answered here |
 * | approved, denied, expired, used, unknown, another client's; a store that does not answer | the library, which finds what was polled, or the fault, in the request's memory: the pace is kept once |
 * | a connection that breaks before the body is here | the library, which says so |
 */
import type { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import type { Context, Middleware, Next } from 'koa';
import type Provider from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { DeviceCodeStore } from '../devices/device-code-store.ts';
import { peekBody } from './body-peek.ts';
import { DEVICE_GRANT } from './clients.ts';
import { requestMemory } from './request-memory.ts';

const PATH = '/token';
/** Octets of the longest body that is looked at; a poll has some 150. */
const LONGEST_BODY = 2048;
const FORM = /^application\/x-www-form-urlencoded(?:; ?charset=utf-8)?$/i;
/** Accepted by any client that wants no page. */
const JSON_TAKERS: ReadonlySet<string | undefined> = new Set([undefined, '*/*', 'application/json']);
/** With one of these, more is asked than the plain question. */
const MORE_TO_SAY = [
  'authorization',
  'content-encoding',
  'dpop',
  'oauth-client-attestation',
  'oauth-client-attestation-pop',
  'origin',
];

interface Poll {
  deviceCode: string;
  clientId: string;
}

export function pendingPolls(provider: Provider, codes: DeviceCodeStore): Middleware {
  return async function answerPendingPoll(ctx: Context, next: Next) {
    const length = isPlain(ctx.req);
    if (length === undefined) return next();
    const poll = readPoll(await peekBody(ctx.req, length));
    if (!poll || !(await isPublicDevice(provider, poll.clientId))) return next();
    const polled = codes.poll(poll.deviceCode, poll.clientId);
    requestMemory(ctx).polls.set(poll.deviceCode, polled);
    const pace = await polled.then(
      (code) => code?.pace,
      () => undefined,
    );
    if (pace === 'wait') return answer(ctx, new errors.AuthorizationPending());
    if (pace === 'slow_down') return answer(ctx, new errors.SlowDown());
    return next();
  };
}

/** The length of the body of a request about which its headers leave nothing open. */
function isPlain({ method, url, headers }: IncomingMessage): number | undefined {
  if (method !== 'POST' || url !== PATH) return undefined;
  if (!FORM.test(headers['content-type'] ?? '') || !JSON_TAKERS.has(headers.accept)) return undefined;
  if (MORE_TO_SAY.some((name) => headers[name] !== undefined)) return undefined;
  const length = Number(headers['content-length']);
  return length > 0 && length <= LONGEST_BODY ? length : undefined;
}

/** The three parameters, each once, and no other (RFC 8628 section 3.4). Only ASCII reads the same in every charset. */
function readPoll(body: Buffer | undefined): Poll | undefined {
  const text = body?.toString('latin1') ?? '';
  if (!/^[\x21-\x7e]+$/.test(text)) return undefined;
  const fields = parse(text);
  const { grant_type: grant, device_code: deviceCode, client_id: clientId } = fields;
  if (Object.keys(fields).length !== 3 || grant !== DEVICE_GRANT) return undefined;
  if (typeof deviceCode !== 'string' || typeof clientId !== 'string') return undefined;
  return deviceCode !== '' && clientId !== '' ? { deviceCode, clientId } : undefined;
}

async function isPublicDevice(provider: Provider, id: string): Promise<boolean> {
  try {
    const client = await provider.Client.find(id);
    return client?.clientAuthMethod === 'none' && client.grantTypeAllowed(DEVICE_GRANT);
  } catch {
    return false;
  }
}

function answer(ctx: Context, error: errors.OIDCProviderError): void {
  ctx.req.resume();
  // The request log looks here for the route, where the library's router leaves it.
  Object.assign(ctx, { _matchedRoute: PATH });
  ctx.vary('Origin');
  ctx.set('Access-Control-Allow-Origin', '*');
  ctx.set('Access-Control-Expose-Headers', 'WWW-Authenticate');
  ctx.set('cache-control', 'no-store');
  ctx.status = error.statusCode;
  ctx.body = { error: error.error, error_description: error.error_description };
}
