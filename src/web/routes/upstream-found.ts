/** A person whom a provider has proved, and no account here is linked with: to their account, or to a new one. */
import { Router } from '@koa/router';
import { normalizeEmail } from '../../accounts/email.ts';
import type { Invitation } from '../../accounts/invitations.ts';
import type { Session } from '../../accounts/session.ts';
import { requesterOf } from '../../net/requester.ts';
import type { CreatedSession } from '../../sessions/session-creation.ts';
import type { SignUp } from '../../sessions/sign-up.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import { vouchedEmail } from '../../upstream/vouched-email.ts';
import { answerAt, toldOf, typedOf } from '../form-answers.ts';
import { clearStep, setStep } from '../middleware/cookies.ts';
import { readForm, text } from '../middleware/form.ts';
import type { UpstreamSignUpView } from '../pages/upstream.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther, signedInAs } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { accountParts, type SignedInPage, signedIn } from './signed-in.ts';
import {
  failed,
  type KeptSubject,
  knownUpstream,
  pathOf,
  readFound,
  refused,
  UPSTREAM_LINKS,
  type UpstreamRoutes,
} from './upstream-failed.ts';
import { withUpstream } from './upstream-sign-in.ts';
import { goOnSignedIn, paramOf, placeOf, throttled, visitOf } from './visit.ts';

interface UpstreamFoundRoutes extends UpstreamRoutes {
  readonly signUp: SignUp;
}

const NEW = '/sign-in/upstream/:id/new';
const FOUND = `${UPSTREAM_LINKS}/:id/found`;
/** What is shown again in a field, at most. */
const MAX_TYPED = 254;

export function upstreamFoundRoutes(routes: UpstreamFoundRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  router.get(NEW, withUpstream(routes, bound(showNew)));
  router.post(NEW, withUpstream(routes, bound(create)));
  const link: SignedInPage = routes.stepUp.before('change-upstream', bound(linkFound));
  router.get(FOUND, signedIn(knownUpstream(routes, bound(showFound))));
  router.post(FOUND, signedIn(knownUpstream(routes, link)));
  return router;
}

/** Whom a provider has proved in this browser, where they may create an account by it. */
async function newcomer(routes: UpstreamFoundRoutes, ctx: WebContext, upstream: Upstream) {
  const found = readFound(routes, ctx, upstream);
  if (!found) return undefined;
  const { open, invitation } = await routes.admission(upstream, found.invitation);
  return open ? { ...found, invited: invitation, invitation: invitation && found.invitation } : undefined;
}

async function showNew(routes: UpstreamFoundRoutes, ctx: WebContext, upstream: Upstream): Promise<void> {
  const found = await newcomer(routes, ctx, upstream);
  if (!found || ctx.state.browser) return seeOther(ctx, '/sign-in');
  const { status, ...told } = toldOf<Pick<UpstreamSignUpView, 'problem'>>(ctx);
  const view: UpstreamSignUpView = {
    page: 'upstream-sign-up',
    csrf: ctx.state.csrf,
    signedInAs: signedInAs(ctx),
    provider: upstream.name,
    action: `${pathOf(upstream)}/new`,
    name: found.invited?.name ?? (upstream.import.name === 'never' ? undefined : found.name),
    email: upstream.import.email === 'never' ? undefined : found.email,
    invitedEmail: found.invited?.email,
    isVouched: isVouched(upstream, found, found.invited?.email ?? found.email ?? ''),
    ...typedOf(ctx),
    ...told,
  };
  renderPage(ctx, view, status);
}

/** The email is confirmed by a code of ours, unless the operator believes the provider about it. */
async function create(routes: UpstreamFoundRoutes, ctx: WebContext, upstream: Upstream): Promise<void> {
  const { name, email } = readForm(ctx, { name: text, email: text });
  const found = await newcomer(routes, ctx, upstream);
  if (!found) return seeOther(ctx, '/sign-in');
  const { issuer, subject, sid, returnTo, invitation } = found;
  const origin = { upstream: upstream.id, issuer, subject, sid, email: found.email };
  const typed = { name: name.slice(0, MAX_TYPED), email: email.slice(0, MAX_TYPED) };
  const again = (problem: UpstreamSignUpView['problem']) =>
    answerAt(ctx, `${pathOf(upstream)}/new`, { problem }, typed);
  if (isVouched(upstream, found, email)) {
    const made = await routes.signUp.createLinked({ name, email }, origin, visitOf(ctx), invitation);
    if (made.outcome === 'signed-in') return welcome(ctx, made, returnTo);
    // Else as any other: the owner of the email hears of it by mail.
    if (made.outcome === 'wait') return again(throttled(ctx, made.milliseconds, made.limit, { email }));
  }
  const form = { name, email, language: readerOf(ctx).language };
  const { address } = requesterOf(ctx);
  const outcome = await routes.signUp.startLinked(form, origin, returnTo, address, invitation);
  switch (outcome.outcome) {
    case 'mailed':
      ctx.state.audit('sign-up-begun', { email: outcome.email });
      setStep(ctx, 'signUpCode', outcome.ticket);
      return seeOther(ctx, '/sign-up/code');
    case 'wait':
      return again(throttled(ctx, outcome.milliseconds, outcome.limit, { email }));
    case 'errors':
      return again({ kind: 'fields', fields: outcome.errors });
    case 'closed':
      return seeOther(ctx, '/sign-in');
  }
}

/** What was typed is the email for which the provider speaks, and no invitation names another. */
function isVouched(
  upstream: Upstream,
  found: Pick<KeptSubject, 'email' | 'isEmailVerified'> & { readonly invited: Invitation | undefined },
  typed: string,
): boolean {
  const vouched = upstream.import.email === 'once' ? vouchedEmail(upstream, found) : undefined;
  const invited = found.invited?.email;
  return vouched !== undefined && normalizeEmail(typed) === vouched && (invited ?? vouched) === vouched;
}

function welcome(ctx: WebContext, created: CreatedSession, returnTo: string): void {
  clearStep(ctx, 'upstreamFoundPass');
  ctx.state.audit('account-created', { account: created.browser.accountId });
  goOnSignedIn(ctx, created, returnTo);
}

function showFound(routes: UpstreamFoundRoutes, ctx: WebContext, browser: Session): void {
  const upstream = routes.upstreams.find(paramOf(ctx, 'id'));
  const found = upstream && readFound(routes, ctx, upstream);
  if (!found) return seeOther(ctx, UPSTREAM_LINKS);
  renderPage(ctx, {
    page: 'upstream-found',
    ...accountParts(ctx, browser, 'security'),
    provider: upstream.name,
    action: `${UPSTREAM_LINKS}/${upstream.id}/found`,
    email: found.email,
  });
}

async function linkFound(routes: UpstreamFoundRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const upstream = routes.upstreams.find(paramOf(ctx, 'id'));
  const found = upstream && readFound(routes, ctx, upstream);
  if (!found) return seeOther(ctx, UPSTREAM_LINKS);
  clearStep(ctx, 'upstreamFoundPass');
  const outcome = await routes.upstreamSignIn.linkFound(upstream, found, browser, placeOf(ctx));
  const about = { isLinking: true };
  if (outcome.outcome === 'refused') return refused(ctx, upstream, outcome.reason, about);
  if (outcome.outcome !== 'linked') return failed(ctx, upstream, outcome.outcome, about);
  ctx.state.audit('upstream-linked');
  const words = readerOf(ctx).t('security.notice.upstream-linked', { provider: upstream.name });
  seeOther(ctx, routes.flash.linkWith(UPSTREAM_LINKS, ctx.state.browser ?? browser, words));
}
