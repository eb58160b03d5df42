/** The web application: what a request passes through, in this order. Begin reading here. */
import { join } from 'node:path';
import type { Router } from '@koa/router';
import Koa, { type Middleware } from 'koa';
import compose from 'koa-compose';
import type { Logger } from 'pino';
import type { Sealing } from '../accounts/sealing.ts';
import type { SecurityLog } from '../audit/security-log.ts';
import { type Brand, LATCHKEY } from '../brand/brand.ts';
import { brandFiles } from '../brand/brand-files.ts';
import { describeError } from '../errors/error-description.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { formAnswers } from './form-answers.ts';
import { csrf, type Macs } from './middleware/csrf.ts';
import { lastResort, showError } from './middleware/errors.ts';
import { formParsing } from './middleware/form.ts';
import { type Operations, operations } from './middleware/operations.ts';
import { isProtocolPath, protocolGuard } from './middleware/protocol-paths.ts';
import { requestLog } from './middleware/request-log.ts';
import { requestsByPost } from './middleware/requests-by-post.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { signedInBrowser } from './middleware/session.ts';
import { staticFiles } from './middleware/static-files.ts';
import type { Views } from './views.ts';
import type { WebContext, WebMiddleware, WebState } from './web-state.ts';

interface AppDependencies {
  readonly issuer: string;
  readonly log: Logger;
  readonly views: Views;
  /** The folder that holds the templates and `static/`. */
  readonly viewsDir: string;
  /** Latchkey's own where absent. */
  readonly brand?: Brand;
  /** The files of `static/` are read anew for each request: for those who write them. */
  readonly freshViews?: boolean;
  readonly security: SecurityLog;
  /** The log says of requests only what went wrong, and the rest with LOG_LEVEL=debug. */
  readonly atTerminal?: boolean;
  readonly operations: Operations;
  readonly browsers: SessionStore;
  /** Makes the tokens of forms, and seals what pages say after one was posted. */
  readonly macs: Macs & Sealing;
  /** Endpoints of ours for programs: no cookies, no pages. */
  readonly endpoints: readonly WebMiddleware[];
  /** Stand before our pages, once it is known who is signed in. */
  readonly gates?: readonly WebMiddleware[];
  /** Our pages. */
  readonly routers: readonly Router<WebState>[];
  /** The protocol library; it sees no path but its own. */
  readonly protocol: Middleware;
}

/** Requests must come through `safeRequest`: what they say of themselves is believed from here on. */
export function createApp(dependencies: AppDependencies): Koa {
  const { issuer, log, views, viewsDir, security, protocol, atTerminal = false } = dependencies;
  const app = new Koa<WebState>({ proxy: true });
  app.on('error', (error: Error) => log[levelOf(error)]({ error: describeError(error) }, 'response failed'));

  app.use(requestLog({ log, security, views, atTerminal, onAnswer: dependencies.operations.onAnswer }));
  app.use(lastResort());
  app.use(securityHeaders(issuer));
  app.use(requestsByPost());
  app.use(
    unlessProtocol(
      compose<WebContext>([
        operations(dependencies.operations),
        staticFiles(join(viewsDir, 'static'), {
          fresh: dependencies.freshViews ?? false,
          brand: brandFiles(dependencies.brand ?? LATCHKEY),
          icon: dependencies.brand?.icon?.name,
        }),
        ...dependencies.endpoints,
        pages(dependencies),
      ]) as WebMiddleware,
    ),
  );
  app.use(protocolGuard());
  app.use(answerWhatIsLeft);
  app.use(protocol as unknown as WebMiddleware);
  app.use(notFound);
  return app as unknown as Koa;
}

/** Our pages: only here are forms read, cookies of ours written, and people signed in. */
function pages({ issuer, browsers, macs, gates = [], routers }: AppDependencies): WebMiddleware {
  return compose<WebContext>([
    onlyKnownMethods(routers),
    formParsing(),
    signedInBrowser(browsers),
    // Before the check of the form: one that has expired keeps what was typed.
    formAnswers(macs),
    csrf(macs, issuer),
    ...gates,
    ...routers.map((router) => router.routes() as unknown as WebMiddleware),
    notFound,
  ]) as WebMiddleware;
}

function unlessProtocol(middleware: WebMiddleware): WebMiddleware {
  return async function routePages(ctx, next) {
    return isProtocolPath(ctx.path) ? next() : middleware(ctx, noNext);
  };
}

/** Behind the pages there is nothing. */
async function noNext(): Promise<void> {}

const PAGE_METHODS = ['GET', 'HEAD', 'POST'];

/** Refuses a method that the page does not take before anything is read. Pages that are looked at need no such look. */
function onlyKnownMethods(routers: readonly Router<WebState>[]): WebMiddleware {
  return async function refuseMethod(ctx, next) {
    if (ctx.method === 'GET' || ctx.method === 'HEAD') return next();
    const layers = routers.flatMap((router) => router.match(ctx.path, ctx.method).path);
    const isNowhere = layers.every(({ methods }) => methods.length === 0);
    const isTaken = layers.some(({ methods }) => methods.includes(ctx.method));
    if (isTaken || (isNowhere && ctx.method === 'POST')) return next();
    notTaken(ctx, layers);
  };
}

/** A client that goes away in the middle, or breaks off its own request, is no fault of ours. */
function levelOf({ code = '' }: Error & { code?: string }): 'debug' | 'error' {
  return /^(HPE_|ECONNRESET$|EPIPE$|ERR_STREAM_PREMATURE_CLOSE$)/.test(code) ? 'debug' : 'error';
}

/** What the library has nothing to say to. */
async function answerWhatIsLeft(ctx: WebContext, next: () => Promise<unknown>): Promise<void> {
  await next();
  if (ctx.status === 404 && (ctx.body === undefined || ctx.body === null)) showError(ctx, 'not-found');
}

function notFound(ctx: WebContext): void {
  const { matched = [] } = ctx as { matched?: { methods: string[] }[] };
  notTaken(ctx, matched);
}

/** A path that some router knows, though not by this method, is told apart from one that none knows. */
function notTaken(ctx: WebContext, layers: readonly { methods: readonly string[] }[]): void {
  const methods = PAGE_METHODS.filter((method) => layers.some((layer) => layer.methods.includes(method)));
  if (methods.length > 0) ctx.set('Allow', methods.join(', '));
  showError(ctx, methods.length > 0 ? 'method-not-allowed' : 'not-found');
}
