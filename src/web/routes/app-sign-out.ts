/** `/sign-out/app`: an app asks that its user be signed out here too. The owner decides. */
import { Router } from '@koa/router';
import type { AppSignOut, AskedSignOut, SignOutRequest } from '../../apps/app-sign-out.ts';
import type { SignOut } from '../../sessions/sign-out.ts';
import { answerAt, toldOf } from '../form-answers.ts';
import { clearSession } from '../middleware/cookies.ts';
import { showRequestError } from '../middleware/errors.ts';
import { oneOf, optional, readForm } from '../middleware/form.ts';
import { signedOutView, signOutView } from '../pages/app-views.ts';
import { linkTo } from '../pages/labels.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { placeOf } from './visit.ts';

interface AppSignOutRoutes {
  readonly appSignOut: AppSignOut;
  readonly signOut: SignOut;
}

export function appSignOutRoutes(routes: AppSignOutRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  router.get('/sign-out/app', bound(show));
  router.post('/sign-out/app/decide', bound(decide));
  return router;
}

async function show({ appSignOut }: AppSignOutRoutes, ctx: WebContext): Promise<void> {
  const request = requestIn((name) => {
    const value = ctx.query[name];
    if (Array.isArray(value)) ctx.throw(400, 'a parameter came twice');
    return value;
  });
  const asked = await read(appSignOut, ctx, request);
  if (!asked) return;
  const { browser } = ctx.state;
  const isDecided = toldOf<{ isDecided: true }>(ctx).isDecided;
  if (browser && !isDecided) return renderPage(ctx, signOutView(ctx, browser, asked, request));
  // There is nothing to decide.
  if (asked.goOn === undefined) return seeOther(ctx, '/');
  renderPage(ctx, signedOutView(ctx, asked));
}

async function decide({ appSignOut, signOut }: AppSignOutRoutes, ctx: WebContext): Promise<void> {
  const fields = readForm(ctx, {
    id_token_hint: optional,
    client_id: optional,
    post_logout_redirect_uri: optional,
    state: optional,
    decision: oneOf('sign-out', 'stay'),
  });
  const asked = await read(
    appSignOut,
    ctx,
    requestIn((name) => fields[name]),
  );
  if (!asked) return;
  const { browser } = ctx.state;
  if (fields.decision === 'sign-out' && browser) {
    await signOut.signOut(browser, placeOf(ctx));
    ctx.state.audit('signed-out');
    clearSession(ctx);
  }
  // The app has signed its user out already, and is told nothing of the decision.
  if (asked.goOn === undefined) return seeOther(ctx, fields.decision === 'stay' ? '/account' : '/');
  const { decision: _, ...request } = fields;
  answerAt(ctx, linkTo('/sign-out/app', request), { isDecided: true });
}

async function read(
  appSignOut: AppSignOut,
  ctx: WebContext,
  request: SignOutRequest,
): Promise<AskedSignOut | undefined> {
  const asked = await appSignOut.read(request);
  if (!('error' in asked)) return asked;
  showRequestError(ctx, asked.error);
  return undefined;
}

type Name = 'id_token_hint' | 'client_id' | 'post_logout_redirect_uri' | 'state';

/** An empty parameter is none. */
function requestIn(given: (name: Name) => string | undefined): SignOutRequest {
  return {
    idTokenHint: given('id_token_hint') || undefined,
    clientId: given('client_id') || undefined,
    redirectUri: given('post_logout_redirect_uri') || undefined,
    state: given('state') || undefined,
  };
}
