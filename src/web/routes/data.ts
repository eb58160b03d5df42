/** `/account/data`: taking everything along, and closing the account. */

import { Router } from '@koa/router';
import type { Closing } from '../../account-changes/closing.ts';
import type { Session } from '../../accounts/session.ts';
import type { AccountData } from '../../audit/account-data.ts';
import type { FlashMessages } from '../flash-messages.ts';
import { clearSession } from '../middleware/cookies.ts';
import type { StepUp } from '../middleware/step-up.ts';
import { linkTo } from '../pages/labels.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { placeOf, queryOf } from './visit.ts';

interface DataRoutes {
  readonly data: AccountData;
  readonly closing: Closing;
  readonly flash: FlashMessages;
  readonly stepUp: Pick<StepUp, 'before'>;
}

const PATH = '/account/data';

export function dataRoutes(routes: DataRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const { stepUp } = routes;
  const router = new Router<WebState>();
  router.get(PATH, signedIn(bound(showData)));
  router.post(`${PATH}/download`, signedIn(stepUp.before('download-data', bound(download))));
  router.get(
    `${PATH}/close`,
    signedIn((ctx, browser) =>
      renderPage(ctx, { page: 'close-account', ...accountParts(ctx, browser, 'settings') }),
    ),
  );
  router.post(`${PATH}/close`, signedIn(stepUp.before('close-account', bound(close))));
  router.post(`${PATH}/keep`, signedIn(bound(keep)));
  return router;
}

function showData({ flash }: DataRoutes, ctx: WebContext, browser: Session): void {
  const notice = flash.read(browser, queryOf(ctx, 'notice'));
  renderPage(ctx, { page: 'data', ...accountParts(ctx, browser, 'settings'), notice });
}

async function download({ data }: DataRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const everything = await data.collect(browser);
  if (!everything) return signInAgain(ctx);
  ctx.state.audit('data-downloaded');
  ctx.set('Cache-Control', 'no-store');
  ctx.attachment('latchkey-account.json');
  ctx.type = 'application/json; charset=utf-8';
  ctx.body = `${JSON.stringify(everything, null, 2)}\n`;
}

async function close({ closing, flash }: DataRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const at = await closing.ask(browser, placeOf(ctx));
  if (!at) return signInAgain(ctx);
  ctx.state.audit('closing-asked');
  const reader = readerOf(ctx);
  const notice = reader.t('account.notice.closing', { date: reader.moment(at) });
  seeOther(ctx, flash.linkWith(PATH, browser, notice));
}

async function keep({ closing, flash }: DataRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const kept = await closing.keep(browser, placeOf(ctx));
  if (kept) ctx.state.audit('closing-taken-back');
  seeOther(ctx, kept ? flash.linkWith(PATH, browser, readerOf(ctx).t('account.notice.kept')) : PATH);
}

function signInAgain(ctx: WebContext): void {
  clearSession(ctx);
  seeOther(ctx, linkTo('/sign-in', { return_to: PATH }));
}
