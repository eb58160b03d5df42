/** What lies below `/account/apps`: what an app may do, and taking it back. */

import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import type { AppAccess, ConnectedApp } from '../../apps/app-access.ts';
import { saidTo } from '../../words/worded.ts';
import { refuseAccess } from '../access-denied.ts';
import type { FlashMessages } from '../flash-messages.ts';
import { showError } from '../middleware/errors.ts';
import { isTicked } from '../middleware/form.ts';
import { shownApp } from '../pages/app-views.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { placeOf, queryOf } from './visit.ts';

interface AppRoutes {
  readonly appAccess: AppAccess;
  readonly flash: FlashMessages;
  readonly now: () => number;
}

type AppPage = (ctx: WebContext, browser: Session, app: ConnectedApp) => void | Promise<void>;

export function appRoutes(routes: AppRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const { appAccess } = routes;
  const router = new Router<WebState>();
  /** An id that is not of one of the owner's apps is a page that does not exist. */
  const forApp = (page: AppPage) => (ctx: WebContext & { params: Record<string, string> }) =>
    signedIn(async (_ctx, browser) => {
      const app = await appAccess.find(browser, ctx.params['app'] ?? '');
      return app ? page(ctx, browser, app) : refuseAccess(ctx, 'app');
    })(ctx);
  router.get('/account/apps/:app', forApp(bound(showApp)));
  router.post('/account/apps/:app', forApp(bound(narrow)));
  router.get('/account/apps/:app/remove', forApp(showRemoval));
  router.post('/account/apps/:app/remove', forApp(bound(remove)));
  return router;
}

const parts = (ctx: WebContext, browser: Session) => accountParts(ctx, browser, 'devices');

function showApp({ flash, now }: AppRoutes, ctx: WebContext, browser: Session, app: ConnectedApp): void {
  const notice = flash.read(browser, queryOf(ctx, 'notice'));
  renderPage(ctx, {
    page: 'app',
    ...parts(ctx, browser),
    notice,
    app: shownApp(readerOf(ctx), app),
    now: new Date(now()),
  });
}

async function narrow(
  { appAccess, flash }: AppRoutes,
  ctx: WebContext,
  browser: Session,
  { id, name, scopes }: ConnectedApp,
): Promise<void> {
  const kept = scopes.filter((scope) => isTicked(ctx, 'keep', scope));
  const outcome = await appAccess.narrow(browser, id, kept, placeOf(ctx));
  if (outcome === undefined) return showError(ctx, 'not-found');
  const page = `/account/apps/${id}`;
  if (outcome === 'unchanged') return seeOther(ctx, page);
  ctx.state.audit('app-narrowed', { app: id });
  seeOther(
    ctx,
    flash.linkWith(
      page,
      browser,
      readerOf(ctx).t('account.notice.narrowed', { app: saidTo(readerOf(ctx), name) }),
    ),
  );
}

function showRemoval(ctx: WebContext, browser: Session, app: ConnectedApp): void {
  renderPage(ctx, { page: 'app-remove', ...parts(ctx, browser), app: shownApp(readerOf(ctx), app) });
}

async function remove(
  { appAccess, flash }: AppRoutes,
  ctx: WebContext,
  browser: Session,
  { id }: ConnectedApp,
): Promise<void> {
  const removed = await appAccess.remove(browser, id, placeOf(ctx));
  if (!removed) return showError(ctx, 'not-found');
  ctx.state.audit('app-removed', { app: id });
  const notice = readerOf(ctx).t('account.notice.app-removed', { app: saidTo(readerOf(ctx), removed.name) });
  seeOther(ctx, flash.linkWith('/account/apps', browser, notice));
}
