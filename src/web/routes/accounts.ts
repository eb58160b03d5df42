/** `/` and `/sign-out`. */
import { Router } from '@koa/router';
import type { SignOut } from '../../sessions/sign-out.ts';
import { clearSession } from '../middleware/cookies.ts';
import { oneOf, readForm } from '../middleware/form.ts';
import { linkTo } from '../pages/labels.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { placeOf } from './visit.ts';

interface AccountRoutes {
  signOut: SignOut;
  signUpOpen: boolean;
  /** The start page says what there is to try. */
  development: boolean;
}

export function accountRoutes(routes: AccountRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  router.get('/', bound(showWelcome));
  router.post('/sign-out', bound(signOut));
  return router;
}

function showWelcome({ signUpOpen, development }: AccountRoutes, ctx: WebContext): void {
  if (ctx.state.browser) {
    seeOther(ctx, '/account');
    return;
  }
  renderPage(ctx, { page: 'welcome', csrf: '', signUpOpen, development });
}

/** The cookie goes after the server has let go: were the store down, the person would hear so. */
async function signOut(routes: AccountRoutes, ctx: WebContext): Promise<void> {
  const { browser } = ctx.state;
  if (browser) {
    await routes.signOut.signOut(browser, placeOf(ctx));
    ctx.state.audit('signed-out');
    clearSession(ctx);
  }
  // From the page that links a device: its owner wants it in another account, and enters the code anew there.
  const { next } = readForm(ctx, { next: oneOf('device') });
  seeOther(ctx, next === 'device' ? linkTo('/sign-in', { return_to: '/device' }) : '/');
}
