/**
 * `/admin/v1`: the Admin API over HTTP. For programs of the operator's, from the networks that are named: an access token
 * is the only credential, cookies are not read and none is set, no other site's page may ask.
 */
import type { AdminApi, CallSeen } from '../admin/admin-api.ts';
import { Problem } from '../admin/problem.ts';
import type { AdminAnswer } from '../admin/route.ts';
import { ADMIN_PATH } from '../admin/scopes.ts';
import { describeError } from '../errors/error-description.ts';
import { StoreUnavailable } from '../errors/store-unavailable.ts';
import { presentedToken } from './bearer-answers.ts';
import type { AdminFence } from './console/fence.ts';
import { jsonBody } from './json-body.ts';
import { showError } from './middleware/errors.ts';
import type { WebContext, WebMiddleware } from './web-state.ts';

const MAX_BODY = '32kb';

interface AdminEndpoint {
  readonly api: AdminApi;
  readonly fence: AdminFence;
}

/** @param endpoint `undefined`: there is no such API */
export function adminEndpoint(endpoint: AdminEndpoint | undefined, at = ADMIN_PATH): WebMiddleware {
  const base = at === ADMIN_PATH ? ADMIN_PATH : '';
  const read = jsonBody(MAX_BODY);
  return async function answerAdmin(ctx, next) {
    if (ctx.path !== at && !ctx.path.startsWith(`${at}/`)) return next();
    ctx.state.route = `${at}/(none)`;
    ctx.state.forProgram = true;
    ctx.set('Cache-Control', 'no-store');
    if (!endpoint) return showError(ctx, 'not-found');
    if (!endpoint.fence.isInside(ctx)) {
      ctx.state.audit('admin-refused', { reason: 'network' });
      return showError(ctx, 'not-found');
    }
    const seen: CallSeen = {};
    try {
      const text = await bodyOf(ctx, read);
      say(ctx, await endpoint.api.answer(requestOf(ctx, text, base), seen));
      ctx.state.audit('admin-called', { ...whoIn(seen), ...thingsIn(seen), reason: seen.route?.name });
    } catch (error) {
      refuse(ctx, problemOf(ctx, error), seen);
    } finally {
      if (seen.route) ctx.state.route = `${base}${seen.route.path}`;
    }
  };
}

/** '' for none. */
async function bodyOf(ctx: WebContext, read: ReturnType<typeof jsonBody>): Promise<string> {
  const body = await read(ctx);
  if (typeof body !== 'string') return body.text;
  switch (body) {
    case 'other-type':
      throw new Problem('invalid-request', { detail: 'A body is application/json' });
    case 'encoded':
      throw new Problem('invalid-request', { detail: 'A body is sent as it is, without an encoding' });
    case 'too-large':
      throw new Problem('too-large');
    case 'not-json':
      throw new Problem('invalid-request', { errors: [{ pointer: '', detail: 'is not JSON' }] });
  }
}

function requestOf(ctx: WebContext, text: string, base: string) {
  const key = ctx.get('Idempotency-Key');
  return {
    method: ctx.method,
    path: ctx.path.slice(base.length),
    query: new URLSearchParams(ctx.querystring),
    text,
    idempotencyKey: key === '' ? undefined : key,
    ifMatch: ctx.get('If-Match'),
    presented: presentedToken(ctx),
    requestId: ctx.state.requestId,
  };
}

function say(ctx: WebContext, { status, body, headers = {} }: AdminAnswer): void {
  ctx.set(headers);
  ctx.status = status;
  if (body === undefined) return;
  ctx.type = 'json';
  // It has words of owners': nothing in it is mark-up to any reader.
  ctx.body = JSON.stringify(body).replaceAll('<', '\\u003c');
}

function refuse(ctx: WebContext, problem: Problem, seen: CallSeen): void {
  ctx.set(problem.details.headers ?? {});
  ctx.status = problem.status;
  ctx.type = 'application/problem+json';
  ctx.body = JSON.stringify(problem.body(ctx.state.requestId));
  if (problem.status >= 500) return;
  const event = problem.slug === 'too-many-requests' ? 'limit-met' : 'admin-refused';
  ctx.state.audit(event, { ...whoIn(seen), reason: problem.slug });
}

function problemOf(ctx: WebContext, error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof StoreUnavailable) {
    ctx.state.log.error({ error: describeError(error) }, 'unavailable');
    ctx.state.audit('store-unavailable');
    return new Problem('unavailable', { headers: { 'Retry-After': String(error.retryAfter) } });
  }
  ctx.state.log.error({ error: describeError(error) }, 'failed');
  ctx.state.audit('request-failed');
  return new Problem('broken');
}

/** Only of a call that was answered: then they are ids of ours. */
export function thingsIn({ account = '', params = {}, target }: CallSeen) {
  const { device, browser, factor, app } = params;
  return { device, browser: browser && `${account}.${browser}`, factor, app, target };
}

const whoIn = ({ client, account }: CallSeen) => ({ client, account });
