import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import type { SecurityLog } from '../../audit/security-log.ts';
import { requesterOf } from '../../net/requester.ts';
import { uniqueNames } from '../../runtime/unique-ids.ts';
import type { Views } from '../views.ts';
import type { WebContext, WebMiddleware } from '../web-state.ts';
import { arrivalOf } from './answers-in-front.ts';
import { isOperation } from './operations.ts';

interface RequestLogSettings {
  readonly log: Logger;
  readonly security: SecurityLog;
  readonly views: Views;
  /** A developer reads the log at a terminal: of requests it says what went wrong, and the rest with LOG_LEVEL=debug. */
  readonly atTerminal: boolean;
  /** Hears of every request that has been answered, by the pattern of its route. */
  readonly onAnswer: ((route: string, status: number, seconds: number) => void) | undefined;
}

/**
 * Gives each request its id and state, and writes one line when it is answered.
 *
 * The line names the pattern of the route, never the path that was asked for: people put codes into paths.
 * Query strings, headers, cookies and bodies are no part of it.
 */
export function requestLog({
  log,
  security,
  views,
  atTerminal,
  onAnswer,
}: RequestLogSettings): WebMiddleware {
  const nextRequest = uniqueNames();
  return async function logRequest(ctx, next) {
    const { requestId, began } = arrivalOf(ctx.req) ?? { requestId: nextRequest(), began: performance.now() };
    // Read at once: when a client has hung up, its connection no longer says its address.
    const { address } = requesterOf(ctx);
    let child: Logger | undefined;
    ctx.state = {
      requestId,
      // Most requests log one line only: their own logger is made when a handler asks for it.
      get log() {
        child ??= log.child({ requestId });
        return child;
      },
      audit: (event, details) => {
        const { browser } = ctx.state;
        const who = browser && { account: browser.accountId, browser: browser.uid };
        security.audit(event, { requestId, address }, { ...who, ...details });
      },
      views,
      browser: undefined,
      csrf: '',
    };
    ctx.set('X-Request-Id', requestId);
    await next();
    const milliseconds = performance.now() - began;
    const line = lineOf(ctx.method, routeOf(ctx), ctx.status, milliseconds);
    onAnswer?.(line.route, line.status, milliseconds / 1000);
    const level = isOperation(line.route) ? 'debug' : levelOf(line.status, atTerminal);
    log[level]({ requestId, ...line }, 'request');
  };
}

/** Where the log is read at a terminal, a line for each style sheet would scroll away what is read there. */
export function levelOf(status: number, atTerminal: boolean): 'debug' | 'info' {
  return atTerminal && status < 400 ? 'debug' : 'info';
}

/** What the log says of every request. */
export function lineOf(method: string, route: string, status: number, milliseconds: number) {
  return { method, route, status, ms: Math.round(milliseconds * 10) / 10 };
}

/** Both routers, ours and the protocol library's, leave the pattern that matched here. */
function routeOf(ctx: WebContext): string {
  const { _matchedRoute: matched } = ctx as { _matchedRoute?: unknown };
  return ctx.state.route ?? (typeof matched === 'string' ? matched : '(none)');
}
