import { Router } from '@koa/router';
import { renderPage, seeOther, signedInAs } from '../render.ts';
import type { WebState } from '../web-state.ts';

/** The two pages where everything begins: for a visitor, and for an owner. */
export function homeRoutes({ signUpOpen }: { readonly signUpOpen: boolean }): Router<WebState> {
  const router = new Router<WebState>();
  router.get('/', (ctx) => {
    if (ctx.state.browser) return seeOther(ctx, '/account');
    renderPage(ctx, { page: 'welcome', csrf: '', signUpOpen });
  });
  router.get('/account', (ctx) => {
    const person = signedInAs(ctx);
    if (!person) return seeOther(ctx, '/sign-in?return_to=%2Faccount');
    renderPage(ctx, { page: 'account', csrf: ctx.state.csrf, signedInAs: person });
  });
  return router;
}
