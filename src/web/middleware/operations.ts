import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../config/secret.ts';
import type { WebContext, WebMiddleware } from '../web-state.ts';

/** Whether this process should be sent requests. */
export type Readiness =
  | 'ready'
  | 'draining'
  | 'store-down'
  | 'store-read-only'
  | 'store-few-replicas'
  | 'store-unsafe';

export interface Operations {
  readonly readiness: () => Promise<Readiness>;
  /** Figures for `/metrics`; without them there is no such page. */
  readonly metrics?: Figures | undefined;
  /** Hears of every request that has been answered, by the pattern of its route. */
  readonly onAnswer?: (route: string, status: number, seconds: number) => void;
}

export interface Figures {
  readonly contentType: string;
  readonly text: () => Promise<string>;
  /** The client must give it as a bearer token (RFC 6750); `undefined`: every client may ask. */
  readonly token: Secret | undefined;
}

const PATHS = ['/healthz', '/readyz', '/metrics'];

/** Asked for every few seconds by machines. */
export function isOperation(path: string): boolean {
  return PATHS.includes(path);
}

/**
 * `/healthz`: the process is alive. `/readyz`: it can serve, and 503 with the reason where it cannot. `/metrics`: what
 * it does, in figures.
 */
export function operations(given: Operations): WebMiddleware {
  return async function answerOperations(ctx, next) {
    if (!isOperation(ctx.path) || (ctx.path === '/metrics' && !given.metrics)) return next();
    ctx.state.route = ctx.path;
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return refuseMethod(ctx);
    ctx.set('Cache-Control', 'no-store');
    if (ctx.path === '/healthz') {
      ctx.body = { status: 'alive' };
    } else if (ctx.path === '/readyz') {
      const status = await given.readiness().catch((): Readiness => 'store-down');
      ctx.status = status === 'ready' ? 200 : 503;
      ctx.body = { status };
    } else if (given.metrics) await showFigures(ctx, given.metrics);
  };
}

async function showFigures(ctx: WebContext, { contentType, text, token }: Figures): Promise<void> {
  if (token && !isSame(ctx.get('authorization'), `Bearer ${token.reveal()}`)) {
    ctx.state.audit('access-refused', { reason: 'metrics' });
    ctx.status = 401;
    ctx.set('WWW-Authenticate', 'Bearer');
    ctx.body = { error: 'invalid_token' };
    return;
  }
  ctx.body = await text();
  ctx.set('Content-Type', contentType);
}

function isSame(one: string, other: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(one), digest(other));
}

function refuseMethod(ctx: WebContext): void {
  ctx.set('Allow', 'GET, HEAD');
  ctx.status = 405;
  ctx.body = { error: 'method_not_allowed' };
}
