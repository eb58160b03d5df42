import { AUTHORIZATION_PARAMETERS } from '../../apps/authorization-parameters.ts';
import type { WebContext, WebMiddleware } from '../web-state.ts';
import { showError } from './errors.ts';
import { formParsing } from './form.ts';
import { protocolPathOf } from './protocol-paths.ts';

/**
 * To where apps may send people with a form, as well as with an address, and the parameters that they have there. Nothing
 * else that is posted comes into an address.
 */
export const ADDRESSED_BY_APPS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['/auth', new Set(Object.keys(AUTHORIZATION_PARAMETERS))],
  [
    '/sign-out/app',
    new Set(['client_id', 'id_token_hint', 'logout_hint', 'post_logout_redirect_uri', 'state', 'ui_locales']),
  ],
]);

/** Characters of a request that still fit into an address, beside the browser's cookies. */
const MAX_QUERY = 12_288;

/**
 * An app may send people here with a form (OpenID Connect Core section 3.1.2.1, RP-Initiated Logout section 2). The
 * browser is sent on with the same request as an address: to a form of another site it adds no cookies, so its owner
 * would look signed out. Nothing is changed by it.
 */
export function requestsByPost(): WebMiddleware {
  const parse = formParsing();
  return function takeForm(ctx, next) {
    const path = protocolPathOf(ctx.path);
    const parameters = ADDRESSED_BY_APPS.get(path);
    if (!parameters || ctx.method === 'GET' || ctx.method === 'HEAD') return next();
    ctx.state.route = path;
    if (ctx.method !== 'POST') return refuse(ctx);
    if (!ctx.is('application/x-www-form-urlencoded')) return showError(ctx, 'app-request');
    return parse(ctx, async () => sendOn(ctx, path, parameters));
  };
}

function refuse(ctx: WebContext): void {
  ctx.set('Allow', 'GET, HEAD, POST');
  showError(ctx, 'method-not-allowed');
}

function sendOn(ctx: WebContext, path: string, parameters: ReadonlySet<string>): void {
  const { rawBody = '' } = ctx.request as { rawBody?: string };
  const given = [...new URLSearchParams(rawBody)].filter(([name]) => parameters.has(name));
  const query = new URLSearchParams(given).toString();
  if (query.length > MAX_QUERY) return showError(ctx, 'too-large');
  ctx.set('Cache-Control', 'no-store');
  ctx.status = 303;
  ctx.redirect(`${path}?${query}`);
}
