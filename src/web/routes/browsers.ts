/** What lies below `/account/browsers`: a browser that is signed in; it, or all the others, are signed out. */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import { quoteName } from '../../devices/claimed-words.ts';
import { formatUserAgent } from '../../devices/user-agent.ts';
import type { Browsers } from '../../sessions/sessions.ts';
import { refuseAccess } from '../access-denied.ts';
import type { FlashMessages } from '../flash-messages.ts';
import { clearSession } from '../middleware/cookies.ts';
import type { StepUp } from '../middleware/step-up.ts';
import { browserRow } from '../pages/browser-views.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { accountParts, type SignedInPage, signedIn } from './signed-in.ts';
import { paramOf, placeOf } from './visit.ts';

interface BrowserRoutes {
  readonly browsers: Browsers;
  readonly flash: FlashMessages;
  readonly stepUp: Pick<StepUp, 'before'>;
  readonly now: () => number;
}

const HOME = '/account/browsers';
/** Where they had a page of their own. */
const BEFORE = '/account/security/browsers';

export function browserRoutes(routes: BrowserRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  const signingOut = (page: SignedInPage) => signedIn(routes.stepUp.before('sign-out-browsers', page));
  router.get(BEFORE, (ctx) => seeOther(ctx, HOME));
  router.get(`${HOME}/:id`, signedIn(bound(showBrowser)));
  router.post(`${HOME}/others/end`, signingOut(bound(endOthers)));
  router.post(`${HOME}/:id/end`, signingOut(bound(end)));
  return router;
}

/** One that is not of this account is one that does not exist. */
async function showBrowser(
  { browsers, now }: BrowserRoutes,
  ctx: WebContext,
  browser: Session,
): Promise<void> {
  const listed = await browsers.find(browser, paramOf(ctx, 'id'));
  if (!listed) return refuseAccess(ctx, 'browser');
  renderPage(ctx, {
    page: 'browser',
    ...accountParts(ctx, browser, 'devices'),
    row: browserRow(readerOf(ctx), listed, browser.uid),
    now: new Date(now()),
  });
}

/** One that is not of this account does not exist, and nothing is ended. */
async function end({ browsers, flash }: BrowserRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const id = paramOf(ctx, 'id');
  const other = await browsers.find(browser, id);
  if (!other || !(await browsers.end(browser, other, placeOf(ctx)))) return refuseAccess(ctx, 'browser');
  ctx.state.audit('signed-out', { browser: `${browser.accountId}.${id}` });
  if (browser.uid.endsWith(`.${id}`)) {
    clearSession(ctx);
    return seeOther(ctx, '/');
  }
  const reader = readerOf(ctx);
  const program = formatUserAgent(reader, other.userAgent);
  const said =
    program === undefined
      ? reader.t('account.notice.browser-signed-out')
      : reader.t('account.notice.signed-out', { browser: quoteName(reader, program) });
  seeOther(ctx, flash.linkWith(HOME, browser, said));
}

async function endOthers(
  { browsers, flash }: BrowserRoutes,
  ctx: WebContext,
  browser: Session,
): Promise<void> {
  const ended = await browsers.endOthers(browser, placeOf(ctx));
  if (ended === undefined) return seeOther(ctx, '/sign-in');
  ctx.state.audit('signed-out-others');
  const said = readerOf(ctx).t('account.notice.browsers-signed-out', { count: ended });
  seeOther(ctx, flash.linkWith(HOME, browser, said));
}
