/** The one place that turns an error into an answer. What went wrong is in the log, under the request id. */

import { describeError } from '../../errors/error-description.ts';
import { Busy } from '../../errors/server-busy.ts';
import { StoreUnavailable } from '../../errors/store-unavailable.ts';
import { ENGLISH } from '../../words/reader.ts';
import { saidTo, type Worded } from '../../words/worded.ts';
import { formTargetsOf } from '../form-post.ts';
import { type ErrorKind, errorView, type UnseenSite } from '../pages/error.ts';
import { readerOf } from '../reader.ts';
import { renderPage, signedInAs } from '../render.ts';
import { retryOf } from '../retry.ts';
import type { WebContext, WebMiddleware } from '../web-state.ts';
import { isOwnEndpoint } from './own-endpoints.ts';

/** For programs; the names are RFC 6749's where it has one. */
const CODES: Readonly<Partial<Record<ErrorKind, string>>> = {
  'form-expired': 'access_denied',
  forbidden: 'access_denied',
  'not-found': 'not_found',
  'method-not-allowed': 'method_not_allowed',
  throttled: 'slow_down',
  broken: 'server_error',
  unavailable: 'temporarily_unavailable',
};

interface ErrorDetails {
  /** Seconds until a new try makes sense; goes out as `Retry-After`. */
  readonly retryAfter?: number;
}

/** Answers with the page of an error, or with JSON where the client takes no page. */
export function showError(ctx: WebContext, kind: ErrorKind, { retryAfter }: ErrorDetails = {}): void {
  const person = signedInAs(ctx);
  const view = errorView(kind, {
    csrf: person ? ctx.state.csrf : '',
    signedInAs: person,
    requestId: ctx.state.requestId,
    waitSeconds: retryAfter,
    retry: wantsPage(ctx) ? retryOf(ctx, kind) : undefined,
  });
  for (const header of ['Content-Encoding', 'ETag', 'Last-Modified', 'Location']) ctx.remove(header);
  if (retryAfter !== undefined) ctx.set('Retry-After', String(retryAfter));
  if (wantsPage(ctx)) {
    renderPage(ctx, view, view.status);
    return;
  }
  ctx.set('Cache-Control', 'no-store');
  ctx.status = view.status;
  ctx.body = {
    error: CODES[kind] ?? 'invalid_request',
    error_description: ENGLISH.t(`errors.page.${kind}.heading`).replaceAll('’', "'"),
    request_id: ctx.state.requestId,
  };
}

/** What the library says of an error, for those who build the app (RFC 6749 section 4.1.2.1). */
interface ProtocolError {
  readonly error: string;
  readonly error_description?: string | undefined;
}

/** The page for an error that the protocol library answers a browser with; its status stays. */
export function showProtocolError(ctx: WebContext, error?: ProtocolError): void {
  const { status } = ctx;
  const kind = status === 503 ? 'unavailable' : status >= 500 ? 'broken' : kindOf(ctx);
  const view = errorView(kind, { csrf: '', requestId: ctx.state.requestId });
  const detail =
    status < 500 && error ? [error.error, error.error_description].filter(Boolean).join(': ') : undefined;
  renderPage(ctx, { ...view, status, detail }, status);
}

/** A request that an app has sent people here with, and that says what it must not. @param detail for those who build it */
export function showRequestError(ctx: WebContext, detail: string): void {
  const view = errorView('app-request', { csrf: '', requestId: ctx.state.requestId });
  renderPage(ctx, { ...view, detail }, view.status);
}

type HeldAnswer = Omit<UnseenSite, 'appName'> & { readonly appName: Worded };

/** The page in place of an answer to an app whose site its visitor has not seen; the app is told what was wrong if they go there. */
export function showHeldAnswer(ctx: WebContext, held: HeldAnswer): void {
  if (held.fields) ctx.state.formTargets = formTargetsOf(held.address);
  const view = errorView('app-request', { csrf: '', requestId: ctx.state.requestId });
  renderPage(
    ctx,
    { ...view, answerHeld: { ...held, appName: saidTo(readerOf(ctx), held.appName) } },
    view.status,
  );
}

/** At the authorization endpoint a person has come from an app, and may have taken too long. */
function kindOf(ctx: WebContext): ErrorKind {
  if (/^\/auth\/./i.test(ctx.path)) return 'sign-in-gone';
  return /^\/auth\/?$/i.test(ctx.path) ? 'app-request' : 'bad-request';
}

/** Nothing goes past this: whatever is thrown becomes an answer that says nothing of the inside. */
export function lastResort(): WebMiddleware {
  return async function answerErrors(ctx, next) {
    try {
      await next();
    } catch (error) {
      answer(ctx, error);
    }
  };
}

function answer(ctx: WebContext, error: unknown): void {
  try {
    const retryAfter = unavailability(error);
    if (retryAfter !== undefined) {
      const isBusy = error instanceof Busy;
      ctx.state.log[isBusy ? 'warn' : 'error']({ error: describeError(error) }, 'unavailable');
      if (!isBusy) ctx.state.audit('store-unavailable');
      showError(ctx, 'unavailable', { retryAfter });
    } else {
      const kind = clientError(error);
      if (kind === undefined) {
        ctx.state.log.error({ error: describeError(error) }, 'failed');
        ctx.state.audit('request-failed');
      }
      showError(ctx, kind ?? 'broken');
    }
  } catch (second) {
    ctx.state.log.error(
      { error: describeError(second), first: describeError(error) },
      'failed to show an error',
    );
    ctx.status = 500;
    ctx.body = { error: 'server_error', request_id: ctx.state.requestId };
  }
}

/** Seconds after which to try again; `undefined` for every other error. */
function unavailability(error: unknown): number | undefined {
  if (error instanceof StoreUnavailable || error instanceof Busy) return error.retryAfter;
  // What the protocol's models throw where the store has failed under them: pages use these models, too.
  const { status, retryAfter } = error as { status?: unknown; retryAfter?: unknown };
  return status === 503 && typeof retryAfter === 'number' ? retryAfter : undefined;
}

/** Errors that carry a status of 4xx: of the form parser, and of `ctx.throw`. */
function clientError(error: unknown): ErrorKind | undefined {
  const { status } = error as { status?: unknown };
  if (!(error instanceof Error) || typeof status !== 'number' || status < 400 || status > 499)
    return undefined;
  if (status === 404) return 'not-found';
  return status === 413 ? 'too-large' : 'bad-request';
}

/** Of what the client takes equally, a page. */
function wantsPage(ctx: WebContext): boolean {
  const forProgram = ctx.state.forProgram === true || isOwnEndpoint(ctx.path);
  return !forProgram && ctx.accepts('html', 'json') === 'html';
}
