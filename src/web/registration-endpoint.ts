/**
 * `POST /register`, and `GET`, `PUT` and `DELETE /register/<client id>`: clients register themselves (RFC 7591) and manage
 * what they registered (RFC 7592). For programs: a bearer token is the only credential, cookies are not read and none is
 * set. No page of another site may ask: a website could have its visitors' browsers register clients from their networks.
 */
import { bodyParser } from '@koa/bodyparser';
import type { Registration, RegistrationAnswer } from '../apps/registration.ts';
import type { SecurityEventName } from '../audit/security-log.ts';
import { requesterOf } from '../net/requester.ts';
import { showError } from './middleware/errors.ts';
import type { WebContext, WebMiddleware } from './web-state.ts';

const PATH = /^\/register(?:\/([\w-]{22}))?$/;
/** What is kept has half as much. */
const MAX_BODY = '16kb';
/** Seconds after which a place may have become free. */
const RETRY_AFTER = 3600;

const FULL = {
  all: 'as many clients are registered as may be, try again later',
  network: 'as many clients were registered from this network as may be within a day, try again later',
} as const;

/** @param registration `undefined`: no client registers itself, and there is no such endpoint */
export function registrationEndpoint(registration: Registration | undefined): WebMiddleware {
  const parse = bodyParser({
    enableTypes: ['json'],
    jsonLimit: MAX_BODY,
    parsedMethods: ['POST', 'PUT'],
  }) as unknown as WebMiddleware;
  return async function answerRegistration(ctx, next) {
    const path = PATH.exec(ctx.path);
    if (!path) return next();
    const [, clientId] = path;
    ctx.state.route = clientId === undefined ? '/register' : '/register/:id';
    ctx.state.forProgram = true;
    if (!registration) return showError(ctx, 'not-found');
    ctx.set('Cache-Control', 'no-store');
    ctx.set('Pragma', 'no-cache');
    const methods = clientId === undefined ? ['POST'] : ['GET', 'PUT', 'DELETE'];
    if (!methods.includes(ctx.method)) return refuseMethod(ctx, methods);
    const given = await bodyOf(ctx, parse);
    answer(ctx, await ask(registration, ctx, clientId, given));
  };
}

function ask(
  registration: Registration,
  ctx: WebContext,
  clientId: string | undefined,
  given: unknown,
): Promise<RegistrationAnswer> {
  const by = { address: requesterOf(ctx).address, token: bearerOf(ctx) };
  if (clientId === undefined) return registration.register(given, by);
  if (ctx.method === 'GET') return registration.read(clientId, by);
  if (ctx.method === 'DELETE') return registration.remove(clientId, by);
  return registration.update(clientId, by, given);
}

/** `undefined` for what is no JSON: it is refused as metadata is (RFC 7591 section 3.2.2). */
async function bodyOf(ctx: WebContext, parse: WebMiddleware): Promise<unknown> {
  if (!['', 'identity'].includes(ctx.get('Content-Encoding').toLowerCase())) return undefined;
  try {
    await parse(ctx, async () => {});
  } catch (error) {
    if ((error as { status?: unknown }).status !== 400) throw error;
    return undefined;
  }
  const { rawBody, body } = ctx.request as { rawBody?: string; body?: unknown };
  return rawBody === undefined ? undefined : body;
}

/** RFC 6750 section 2.1; `undefined`: there is none. */
function bearerOf(ctx: WebContext): string | undefined {
  const given = ctx.get('Authorization');
  if (given === '') return undefined;
  const [, token = ''] = /^Bearer +([\w.~+/-]{1,400}=*)$/i.exec(given) ?? [];
  return token;
}

function answer(ctx: WebContext, given: RegistrationAnswer): void {
  switch (given.outcome) {
    case 'done':
      ctx.status = ctx.method === 'POST' ? 201 : ctx.method === 'DELETE' ? 204 : 200;
      if (given.body) {
        ctx.type = 'json';
        // It has words of a stranger's: nothing in it is mark-up to any reader.
        ctx.body = JSON.stringify(given.body).replaceAll('<', '\\u003c');
      }
      if (ctx.method !== 'GET')
        ctx.state.audit(EVENTS[ctx.method] ?? 'client-changed', { client: given.clientId });
      return;
    case 'refused':
      ctx.status = 400;
      ctx.body = { error: given.error, error_description: given.description };
      return ctx.state.audit('registration-refused', { reason: given.error });
    case 'unauthorized':
      ctx.status = 401;
      // RFC 6750 section 3.1: a client without credentials hears of no error.
      ctx.set('WWW-Authenticate', given.given ? 'Bearer error="invalid_token"' : 'Bearer');
      ctx.body = { error: 'invalid_token', error_description: 'the token is missing, or not good for this' };
      return ctx.state.audit('registration-refused', { reason: given.given ? 'invalid_token' : 'no_token' });
    case 'full':
      return refuseMore(ctx, FULL[given.of], RETRY_AFTER, { reason: 'registration' });
    case 'wait':
      return refuseMore(ctx, 'too many requests, try again later', given.seconds, { limit: given.limit });
  }
}

function refuseMore(
  ctx: WebContext,
  error_description: string,
  seconds: number,
  why: Parameters<WebContext['state']['audit']>[1],
): void {
  ctx.status = 429;
  ctx.set('Retry-After', String(seconds));
  ctx.body = { error: 'temporarily_unavailable', error_description };
  ctx.state.audit('limit-met', why);
}

const EVENTS: Readonly<Partial<Record<string, SecurityEventName>>> = {
  POST: 'client-registered',
  PUT: 'client-changed',
  DELETE: 'client-removed',
};

function refuseMethod(ctx: WebContext, methods: readonly string[]): void {
  ctx.set('Allow', methods.join(', '));
  ctx.status = 405;
  ctx.body = { error: 'method_not_allowed', error_description: `Use ${methods.join(', ')}` };
}
