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
import type { Context, Middleware, Next } from 'koa';
import type Provider from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { DeviceCodeStore } from '../../devices/device-code-store.ts';
import { answerReasons } from '../answer-reasons.ts';
import { DEVICE_GRANT } from '../clients.ts';
import type { Cors } from '../cors.ts';
import { requestCache } from '../request-cache.ts';
import { publicDevice } from './public-device.ts';
import { type PlainForm, plainForm } from './simple-form.ts';

const PATH = '/token';
/** RFC 8628 section 3.4. */
const PARAMETERS: ReadonlySet<string> = new Set(['grant_type', 'device_code', 'client_id']);

/** What the library says, read off its errors once: each error that is made draws up a stack trace. */
const PENDING = answerOf(new errors.AuthorizationPending());
const SLOW_DOWN = answerOf(new errors.SlowDown());

interface Poll {
  deviceCode: string;
  clientId: string;
}

export function pendingPolls(provider: Provider, codes: DeviceCodeStore, cors: Cors): Middleware {
  return async function answerPendingPoll(ctx: Context, next: Next) {
    if (ctx.req.headers.authorization !== undefined) return next();
    const poll = pollIn(await plainForm(ctx.req, PATH, PARAMETERS));
    const client = poll && (await publicDevice(provider, poll.clientId, ctx.get('Origin')));
    if (!client) return next();
    const polled = codes.poll(poll.deviceCode, poll.clientId);
    answerReasons(ctx).client = poll.clientId;
    requestCache(ctx).polls.set(poll.deviceCode, polled);
    const pace = await polled.then(
      (code) => code?.pace,
      () => undefined,
    );
    if (pace !== 'wait' && pace !== 'slow_down') return next();
    ctx.vary('Origin');
    cors.invite(ctx, 'token', client);
    answer(ctx, pace === 'wait' ? PENDING : SLOW_DOWN);
  };
}

function pollIn(form: PlainForm | undefined): Poll | undefined {
  const { grant_type: grant, device_code: deviceCode, client_id: clientId } = form ?? {};
  return grant === DEVICE_GRANT && deviceCode && clientId ? { deviceCode, clientId } : undefined;
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

function answerOf(error: errors.OIDCProviderError): Answer {
  const body = { error: error.error, error_description: error.error_description };
  return { status: error.statusCode, body: Object.freeze(body) };
}

function answer(ctx: Context, { status, body }: Answer): void {
  ctx.req.resume();
  // The request log looks here for the route, where the library's router leaves it.
  Object.assign(ctx, { _matchedRoute: PATH });
  ctx.set('cache-control', 'no-store');
  ctx.status = status;
  ctx.body = body;
}
