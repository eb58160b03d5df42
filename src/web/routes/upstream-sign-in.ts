/**
 * `/sign-in/upstream/<id>`: to another OpenID provider and back. A form of ours leads nowhere but here, so the browser goes on
 * to the provider from a page that refreshes itself, as it does to apps.
 */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import { UpstreamDown } from '../../upstream/providers.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { UpstreamRequest } from '../../upstream/upstream-requests.ts';
import { answerAt, toldOf } from '../form-answers.ts';
import { clearStep, readStep, readVisitor, setStep } from '../middleware/cookies.ts';
import { showError } from '../middleware/errors.ts';
import { optional, readForm, text, ticked } from '../middleware/form.ts';
import { continueView } from '../pages/app-views.ts';
import type { UpstreamView } from '../pages/upstream.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { ownPath } from './return-to.ts';
import { signedIn } from './signed-in.ts';
import {
  addressOf,
  failed,
  keepFound,
  knownUpstream,
  pathOf,
  refused,
  STATUS,
  UPSTREAM_LINKS,
  type UpstreamRoutes,
  viewOf,
} from './upstream-failed.ts';
import { continueSignIn, paramOf, throttled, visitOf } from './visit.ts';

type Next = () => Promise<unknown>;

const PATH = '/sign-in/upstream/:id';
const PROVE = '/account/prove/upstream/:id';
/** What has another form is no token, and is left out of the cookie. */
const INVITATION = /^[\w-]{43}$/;

export function upstreamSignInRoutes(routes: UpstreamRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  router.get(PATH, withUpstream(routes, bound(show)));
  router.post(PATH, withUpstream(routes, bound(begin)));
  router.get(`${PATH}/callback`, withUpstream(routes, bound(finish)));
  router.get(PROVE, signedIn(knownUpstream(routes, (ctx) => seeOther(ctx, '/account'))));
  router.post(PROVE, signedIn(knownUpstream(routes, bound(proveThere))));
  return router;
}

/** What is no entry of the file is not there. */
export function withUpstream(
  { upstreams }: Pick<UpstreamRoutes, 'upstreams'>,
  page: (ctx: WebContext, upstream: Upstream, next: Next) => void | Promise<void>,
): (ctx: WebContext, next: Next) => void | Promise<void> {
  return (ctx, next) => {
    const upstream = upstreams.find(paramOf(ctx, 'id'));
    return upstream ? page(ctx, upstream, next) : showError(ctx, 'not-found');
  };
}

async function begin(routes: UpstreamRoutes, ctx: WebContext, upstream: Upstream): Promise<void> {
  const form = readForm(ctx, { return_to: optional, both_steps: ticked, invitation: optional });
  const returnTo = ownPath(form.return_to, routes.issuer);
  const invitation = INVITATION.test(form.invitation ?? '') ? form.invitation : undefined;
  const purpose = { kind: 'sign-in', bothSteps: form.both_steps, invitation } as const;
  await goTo(routes, ctx, upstream, { purpose, returnTo });
}

/** On to the page from which the browser goes to the provider: the form that led here has been checked. */
export async function goTo(
  { upstreamSignIn, requests }: UpstreamRoutes,
  ctx: WebContext,
  upstream: Upstream,
  begun: Pick<UpstreamRequest, 'purpose' | 'returnTo'>,
): Promise<void> {
  const isLinking = begun.purpose.kind === 'link';
  try {
    await upstreamSignIn.reach(upstream);
  } catch (error) {
    if (!(error instanceof UpstreamDown)) throw error;
    return failed(ctx, upstream, 'down', { isLinking, returnTo: begun.returnTo });
  }
  setStep(ctx, 'upstreamSetup', requests.issue({ ...begun, upstream: upstream.id }, readVisitor(ctx) ?? ''));
  seeOther(ctx, pathOf(upstream));
}

/** What waits for the proof waits in a cookie meanwhile. */
async function proveThere(routes: UpstreamRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const upstream = routes.upstreams.find(paramOf(ctx, 'id'));
  const { held } = readForm(ctx, { held: text });
  if (!upstream || !routes.stepUp.isHeld(browser, held)) return seeOther(ctx, '/account');
  const { uid, accountId, epoch } = browser;
  const purpose = { kind: 'prove', uid, accountId, epoch, since: routes.upstreamSignIn.seconds } as const;
  setStep(ctx, 'upstreamPass', held);
  return goTo(routes, ctx, upstream, { purpose, returnTo: '/account' });
}

async function show(routes: UpstreamRoutes, ctx: WebContext, upstream: Upstream): Promise<void> {
  const { status, ...told } = toldOf<Pick<UpstreamView, 'failure' | 'problem'>>(ctx);
  if (told.failure || told.problem) return renderPage(ctx, await viewOf(routes, ctx, upstream, told), status);
  const request = pending(routes, ctx, upstream);
  if (!request) return seeOther(ctx, '/sign-in');
  try {
    renderPage(
      ctx,
      continueView(ctx, upstream.name, await routes.upstreamSignIn.addressFor(upstream, request)),
    );
  } catch (error) {
    if (!(error instanceof UpstreamDown)) throw error;
    renderPage(ctx, await viewOf(routes, ctx, upstream, { failure: 'down' }), STATUS.down);
  }
}

async function finish(
  routes: UpstreamRoutes,
  ctx: WebContext,
  upstream: Upstream,
  next: Next,
): Promise<void> {
  const request = pending(routes, ctx, upstream);
  const { browser } = ctx.state;
  if (!request || !isOf(request, browser)) return refused(ctx, upstream, 'gone', { isLinking: false });
  const { returnTo } = request;
  const about = { isLinking: request.purpose.kind !== 'sign-in', returnTo };
  try {
    const visit = visitOf(ctx);
    const outcome = await routes.upstreamSignIn.finish({ upstream, request, search: ctx.search, visit });
    // An answer that was none leaves the one alone that is under way.
    if (outcome.outcome !== 'refused' || outcome.reason !== 'state') clearStep(ctx, 'upstreamSetup');
    switch (outcome.outcome) {
      case 'signed-in':
      case 'second-step':
        return continueSignIn(ctx, outcome, returnTo);
      case 'linked':
        return linked(routes, ctx, upstream);
      case 'proved':
        return await proved(routes, ctx, outcome.amr, next);
      case 'wait': {
        const problem = throttled(ctx, outcome.milliseconds, outcome.limit);
        return answerAt(ctx, addressOf(upstream, about), { problem });
      }
      case 'refused':
        return refused(ctx, upstream, outcome.reason, about);
      case 'unknown':
        keepFound(routes, ctx, { ...outcome.found, returnTo, invitation: invitationOf(request) });
        ctx.state.audit('upstream-refused', { reason: outcome.outcome });
        return failed(ctx, upstream, 'unknown', about);
      default:
        ctx.state.audit('upstream-refused', { reason: outcome.outcome });
        return failed(ctx, upstream, outcome.outcome, about);
    }
  } catch (error) {
    if (!(error instanceof UpstreamDown)) throw error;
    ctx.state.audit('upstream-down', { reason: upstream.id });
    failed(ctx, upstream, 'down', about);
  }
}

const invitationOf = ({ purpose }: UpstreamRequest) =>
  purpose.kind === 'sign-in' ? purpose.invitation : undefined;

/** What is about an owner who is signed in goes on in their browser alone. */
function isOf({ purpose }: UpstreamRequest, browser: WebState['browser']): boolean {
  return purpose.kind === 'sign-in' || purpose.uid === browser?.uid;
}

async function proved(
  { stepUp }: UpstreamRoutes,
  ctx: WebContext,
  amr: readonly string[],
  next: Next,
): Promise<void> {
  const held = readStep(ctx, 'upstreamPass');
  clearStep(ctx, 'upstreamPass');
  const { browser } = ctx.state;
  if (!browser) return seeOther(ctx, '/sign-in');
  return stepUp.provedElsewhere(ctx, browser, held, amr, next);
}

function linked({ flash }: UpstreamRoutes, ctx: WebContext, { name }: Upstream): void {
  const { browser } = ctx.state;
  ctx.state.audit('upstream-linked');
  const words = readerOf(ctx).t('security.notice.upstream-linked', { provider: name });
  seeOther(ctx, browser ? flash.linkWith(UPSTREAM_LINKS, browser, words) : UPSTREAM_LINKS);
}

/** What this browser has under way with this provider. */
function pending(
  { requests }: UpstreamRoutes,
  ctx: WebContext,
  { id }: Upstream,
): UpstreamRequest | undefined {
  const request = requests.read(readStep(ctx, 'upstreamSetup'), readVisitor(ctx));
  return request?.upstream === id ? request : undefined;
}
