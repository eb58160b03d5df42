import type { WebContext, WebMiddleware } from './web-state.ts';

/** Whether this process should be sent requests. */
export type Readiness = 'ready' | 'draining' | 'store-down' | 'store-read-only' | 'store-unsafe';

/** `/healthz`: the process is alive. `/readyz`: it can serve, and 503 with the reason where it cannot. */
export function operations(readiness: () => Promise<Readiness>): WebMiddleware {
  return async function answerOperations(ctx, next) {
    if (ctx.path !== '/healthz' && ctx.path !== '/readyz') return next();
    ctx.state.route = ctx.path;
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return refuseMethod(ctx);
    ctx.set('Cache-Control', 'no-store');
    if (ctx.path === '/healthz') {
      ctx.body = { status: 'alive' };
      return;
    }
    const status = await readiness().catch((): Readiness => 'store-down');
    ctx.status = status === 'ready' ? 200 : 503;
    ctx.body = { status };
  };
}

function refuseMethod(ctx: WebContext): void {
  ctx.set('Allow', 'GET, HEAD');
  ctx.status = 405;
  ctx.body = { error: 'method_not_allowed' };
}
