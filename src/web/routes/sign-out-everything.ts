/** `/account/security/compromised`: everything that may act for the account ends, and the answer says what did. */
import { Router } from '@koa/router';
import type { AccountId } from '../../accounts/account.ts';
import type { Session } from '../../accounts/session.ts';
import type { SignOutEverything } from '../../devices/sign-out-everything.ts';
import { clearSession, readVisitor, setSession } from '../middleware/cookies.ts';
import { readForm, ticked } from '../middleware/form.ts';
import type { StepUp } from '../middleware/step-up.ts';
import type { PageTickets } from '../page-tickets.ts';
import { whatEnded } from '../pages/browser-views.ts';
import { linkTo } from '../pages/labels.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther, signedInAs } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { placeOf, queryOf } from './visit.ts';

interface SignOutEverythingRoutes {
  readonly signOutEverything: SignOutEverything;
  readonly stepUp: Pick<StepUp, 'before'>;
  readonly tickets: PageTickets;
  readonly now: () => number;
}

const HOME = '/account/security/compromised';
const RESULT = '/signed-out-everything';
const PURPOSE = 'signed-out-everything';

interface Ended {
  readonly accountId: AccountId;
  readonly copy: string;
  readonly kept: boolean;
  /** uid of the browser that asked for it. */
  readonly askedFrom: string;
}

export function signOutEverythingRoutes(routes: SignOutEverythingRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  router.get(
    HOME,
    signedIn((ctx, browser) =>
      renderPage(ctx, { page: 'compromised', ...accountParts(ctx, browser, 'security') }),
    ),
  );
  router.post(HOME, signedIn(routes.stepUp.before('sign-out-everything', bound(signOut))));
  router.get(RESULT, bound(showEnded));
  return router;
}

async function signOut(
  { signOutEverything, tickets }: SignOutEverythingRoutes,
  ctx: WebContext,
  browser: Session,
): Promise<void> {
  const { keep } = readForm(ctx, { keep: ticked });
  const outcome = await signOutEverything.signOut(browser, keep, placeOf(ctx));
  if (outcome.outcome === 'signed-out') {
    clearSession(ctx);
    return seeOther(ctx, linkTo('/sign-in', { return_to: HOME }));
  }
  ctx.state.audit('signed-out-everything');
  if (outcome.sessionId) setSession(ctx, outcome.sessionId);
  else clearSession(ctx);
  const ended: Ended = {
    accountId: browser.accountId,
    copy: outcome.copy,
    kept: outcome.sessionId !== undefined,
    askedFrom: browser.uid,
  };
  const holder = outcome.uid ?? readVisitor(ctx) ?? '';
  seeOther(ctx, linkTo(RESULT, { ended: tickets.issue(PURPOSE, holder, ended) }));
}

/** Only the browser that asked for it hears what has ended, whether or not it stayed signed in. */
async function showEnded(
  { signOutEverything, tickets, now }: SignOutEverythingRoutes,
  ctx: WebContext,
): Promise<void> {
  const holder = ctx.state.browser?.uid ?? readVisitor(ctx);
  const ended =
    holder === undefined ? undefined : tickets.read<Ended>(PURPOSE, holder, queryOf(ctx, 'ended'));
  if (!ended) return seeOther(ctx, ctx.state.browser ? '/account' : '/');
  const person = signedInAs(ctx);
  renderPage(ctx, {
    page: 'signed-out-everything',
    csrf: person ? ctx.state.csrf : '',
    signedInAs: person,
    ...whatEnded(readerOf(ctx), await signOutEverything.ended(ended, ended.copy), ended),
    now: new Date(now()),
  });
}
