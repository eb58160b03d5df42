/**
 * `POST /sign-in/upstream/<id>/logout`: a provider says that a person has signed out there (OpenID Connect Back-Channel Logout
 * 1.0, section 2.5). For programs: what it presents is signed, cookies are not read and none is set.
 */
import { requesterOf } from '../net/requester.ts';
import { UpstreamDown } from '../upstream/providers.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { UpstreamLogout } from '../upstream/upstream-logout.ts';
import { formParsing, readForm, text } from './middleware/form.ts';
import { throttled } from './routes/visit.ts';
import type { WebContext, WebMiddleware } from './web-state.ts';

interface UpstreamLogoutEndpoint {
  readonly upstreams: { find(id: string): Upstream | undefined };
  readonly logout: UpstreamLogout;
}

const PATH = /^\/sign-in\/upstream\/([a-z0-9-]{1,40})\/logout$/;
const ROUTE = '/sign-in/upstream/:id/logout';

export function upstreamLogoutEndpoint(endpoint: UpstreamLogoutEndpoint): WebMiddleware {
  const parse = formParsing();
  return async function answerUpstreamLogout(ctx, next) {
    const [, id] = PATH.exec(ctx.path) ?? [];
    const upstream = id === undefined ? undefined : endpoint.upstreams.find(id);
    if (!upstream) return next();
    ctx.state.route = ROUTE;
    ctx.state.forProgram = true;
    ctx.set('Cache-Control', 'no-store');
    if (ctx.method !== 'POST') return refuse(ctx, 405, 'method_not_allowed');
    await parse(ctx, () => answer(endpoint, ctx, upstream));
  };
}

async function answer(
  { logout }: UpstreamLogoutEndpoint,
  ctx: WebContext,
  upstream: Upstream,
): Promise<void> {
  const { logout_token: token } = readForm(ctx, { logout_token: text });
  try {
    const outcome = await logout.take(upstream, token, requesterOf(ctx).address);
    switch (outcome.outcome) {
      case 'done':
        ctx.state.audit('upstream-signed-out', { reason: upstream.id });
        ctx.status = 200;
        ctx.body = {};
        return;
      case 'wait':
        throttled(ctx, outcome.milliseconds, outcome.limit);
        return refuse(ctx, 429, 'slow_down');
      case 'refused':
        // Whatever was wrong with it.
        ctx.state.audit('upstream-refused', { reason: outcome.reason });
        return refuse(ctx, 400, 'invalid_request');
    }
  } catch (error) {
    if (!(error instanceof UpstreamDown)) throw error;
    ctx.state.audit('upstream-down', { reason: upstream.id });
    ctx.set('Retry-After', '5');
    refuse(ctx, 503, 'temporarily_unavailable');
  }
}

function refuse(ctx: WebContext, status: number, error: string): void {
  if (status === 405) ctx.set('Allow', 'POST');
  ctx.status = status;
  ctx.body = { error };
}
