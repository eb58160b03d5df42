import type { WebContext, WebMiddleware } from '../web-state.ts';
import { showError } from './errors.ts';
import { formParsing } from './form.ts';
import { protocolPathOf } from './protocol-paths.ts';

/** To where apps may send people with a form, as well as with an address. */
export const ADDRESSED_BY_APPS: ReadonlySet<string> = new Set(['/auth', '/sign-out/app']);

/** Characters of a request that still fit into an address, beside the browser's cookies. */
const MAX_QUERY = 12_288;

/**
 * An app may send people here with a form (OpenID Connect Core section 3.1.2.1, RP-Initiated Logout section 2). The
 * browser is sent on with the same request as an address: to a form of another site it adds no cookies, so its owner
 * would look signed out. Nothing is changed by it.
 */
export function requestsByPost(): WebMiddleware {
  const parse = formParsing();
  return async function takeForm(ctx, next) {
    const path = protocolPathOf(ctx.path);
    if (!ADDRESSED_BY_APPS.has(path) || ctx.method === 'GET' || ctx.method === 'HEAD') return next();
    ctx.state.route = path;
    if (ctx.method !== 'POST') return refuse(ctx);
    if (!ctx.is('application/x-www-form-urlencoded')) return showError(ctx, 'app-request');
    await parse(ctx, async () => sendOn(ctx, path));
  };
}

function refuse(ctx: WebContext): void {
  ctx.set('Allow', 'GET, HEAD, POST');
  showError(ctx, 'method-not-allowed');
}

function sendOn(ctx: WebContext, path: string): void {
  const { rawBody = '' } = ctx.request as { rawBody?: string };
  const query = new URLSearchParams(rawBody).toString();
  if (query.length > MAX_QUERY) return showError(ctx, 'too-large');
  ctx.set('Cache-Control', 'no-store');
  ctx.status = 303;
  ctx.redirect(`${path}?${query}`);
}
