/**
 * `/sign-in/upstream/<id>/code`: a subject that no account knows signs in to the account of an email for which its provider
 * speaks, by a code that is mailed there, and is asked then whether to link the two.
 */
import { Router } from '@koa/router';
import { requesterOf } from '../../net/requester.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { UpstreamByMail } from '../../upstream/upstream-by-mail.ts';
import { vouchedEmail } from '../../upstream/vouched-email.ts';
import { answerAt, toldOf } from '../form-answers.ts';
import { clearStep, readStep, readVisitor, setStep } from '../middleware/cookies.ts';
import { readForm, sixDigits, text } from '../middleware/form.ts';
import type { UpstreamCodeView } from '../pages/upstream.ts';
import { renderPage, seeOther, signedInAs } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import {
  addressOf,
  pathOf,
  readFound,
  refused,
  UPSTREAM_LINKS,
  type UpstreamRoutes,
} from './upstream-failed.ts';
import { withUpstream } from './upstream-sign-in.ts';
import { continueSignIn, throttled, visitOf } from './visit.ts';

interface UpstreamByMailRoutes extends UpstreamRoutes {
  readonly byMail: UpstreamByMail;
  /** Mail is in the outbox of this server: development without a mail server. */
  readonly outbox: boolean;
}

const MAIL = '/sign-in/upstream/:id/mail';
const CODE = '/sign-in/upstream/:id/code';

export function upstreamByMailRoutes(routes: UpstreamByMailRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  router.get(
    MAIL,
    withUpstream(routes, (ctx, upstream) => seeOther(ctx, pathOf(upstream))),
  );
  router.post(MAIL, withUpstream(routes, bound(ask)));
  router.get(CODE, withUpstream(routes, bound(show)));
  router.post(CODE, withUpstream(routes, bound(confirm)));
  return router;
}

const codeOf = (upstream: Upstream) => `${pathOf(upstream)}/code`;

/** Where the owner is asked whether to link, once they are signed in. */
const foundOf = ({ id }: Upstream) => `${UPSTREAM_LINKS}/${id}/found`;

async function ask(routes: UpstreamByMailRoutes, ctx: WebContext, upstream: Upstream): Promise<void> {
  const found = readFound(routes, ctx, upstream);
  const visitor = readVisitor(ctx);
  const about = { isLinking: false, returnTo: found?.returnTo };
  if (!found || visitor === undefined || ctx.state.browser) return refused(ctx, upstream, 'gone', about);
  const { address } = requesterOf(ctx);
  const from = { visitor, returnTo: foundOf(upstream), address };
  const outcome = await routes.byMail.ask(upstream, found, from);
  switch (outcome.outcome) {
    case 'gone':
      return refused(ctx, upstream, outcome.outcome, about);
    case 'wait': {
      const problem = throttled(ctx, outcome.milliseconds, outcome.limit);
      return answerAt(ctx, addressOf(upstream, about), { problem });
    }
    case 'mailed':
      setStep(ctx, 'upstreamCode', outcome.ticket);
      return seeOther(ctx, codeOf(upstream));
  }
}

/** However often it is looked at, nothing is mailed. */
function show(routes: UpstreamByMailRoutes, ctx: WebContext, upstream: Upstream): void {
  if (ctx.state.browser) return seeOther(ctx, foundOf(upstream));
  const sealed = readStep(ctx, 'upstreamCode') ?? '';
  const ticket = routes.byMail.readTicket(sealed);
  if (!ticket) return seeOther(ctx, pathOf(upstream));
  const { status, ...told } = toldOf<Pick<UpstreamCodeView, 'problem'>>(ctx);
  const view: UpstreamCodeView = {
    page: 'upstream-code',
    csrf: ctx.state.csrf,
    signedInAs: signedInAs(ctx),
    ticket: sealed,
    email: ticket.email,
    provider: upstream.name,
    action: codeOf(upstream),
    outboxLink: routes.outbox,
    ...told,
  };
  renderPage(ctx, view, status);
}

async function confirm(routes: UpstreamByMailRoutes, ctx: WebContext, upstream: Upstream): Promise<void> {
  const { ticket, code } = readForm(ctx, { ticket: text, code: sixDigits });
  const found = readFound(routes, ctx, upstream);
  const visitor = readVisitor(ctx);
  const about = { isLinking: false };
  // The provider may be believed no longer: the file was read anew.
  if (!found || visitor === undefined || vouchedEmail(upstream, found) === undefined)
    return refused(ctx, upstream, 'gone', about);
  const again = (problem: UpstreamCodeView['problem']) => answerAt(ctx, codeOf(upstream), { problem });
  if (code === undefined) return again({ kind: 'fields', fields: { code: 'malformed' } });
  const outcome = await routes.byMail.confirm(ticket, code, { found, visitor }, visitOf(ctx));
  switch (outcome.outcome) {
    case 'signed-in':
    case 'second-step':
      clearStep(ctx, 'upstreamCode');
      return continueSignIn(ctx, outcome, foundOf(upstream));
    case 'gone':
      return refused(ctx, upstream, outcome.outcome, about);
    default:
      ctx.state.audit('sign-in-code-refused', { reason: outcome.outcome });
      return again({ kind: outcome.outcome });
  }
}
