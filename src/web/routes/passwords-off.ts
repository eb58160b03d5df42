/**
 * What has to do with passwords, on a server whose owners have none that are taken (`PASSWORD_SIGN_IN=off`). It stands before
 * the pages, and looks at neither the form nor an account: every visitor hears the same, about every account.
 */
import { Router } from '@koa/router';
import type { ProvedAction } from '../../config/proof-ages.ts';
import { answerAt } from '../form-answers.ts';
import { readForm, text } from '../middleware/form.ts';
import { CHANGE_PASSWORD_PATH } from '../middleware/protocol-paths.ts';
import type { StepUp } from '../middleware/step-up.ts';
import { linkTo } from '../pages/labels.ts';
import { readerOf } from '../reader.ts';
import { seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { queryOf } from './visit.ts';

const SIGN_IN = '/sign-in';
const SECURITY = '/account/security';
const CHANGE = `${SECURITY}/password`;
const PROVE = '/account/prove';

/** An operator's password still counts for the console, with their second step. */
export const PROVED_BY_PASSWORD: readonly ProvedAction[] = ['administer'];

/** Ways in, and to a way in. `/sign-up/code` stays: those who come by a provider confirm their email there. */
const OUTSIDE = ['/forgot-password', '/forgot-password/link/:token', '/forgot-password/new'];
const CODES = [`${SIGN_IN}/code`, `${SIGN_IN}/confirm`];
const INSIDE = [CHANGE, `${CHANGE}/code`, `${CHANGE}/resend`, `${CHANGE}/new`, `${CHANGE}/changed`];
const POSTED = [
  SIGN_IN,
  `${SIGN_IN}/confirm`,
  '/sign-up',
  '/forgot-password',
  '/forgot-password/new',
  CHANGE,
  `${CHANGE}/code`,
  `${CHANGE}/resend`,
  `${CHANGE}/new`,
];

export function passwordsOffRoutes(stepUp: Pick<StepUp, 'actionOf'>): Router<WebState> {
  const router = new Router<WebState>();
  // Who is invited chooses a provider there.
  router.get('/sign-up', (ctx, next) =>
    queryOf(ctx, 'invitation') === undefined ? seeOther(ctx, SIGN_IN) : next(),
  );
  router.get([...OUTSIDE, ...CODES], (ctx) => seeOther(ctx, SIGN_IN));
  router.get([CHANGE_PASSWORD_PATH, ...INSIDE], (ctx) => seeOther(ctx, SECURITY));
  router.post(POSTED, refuse);
  router.post(PROVE, (ctx, next) => refuseProof(stepUp, ctx, next));
  return router;
}

function refuse(ctx: WebContext): void {
  ctx.state.audit('sign-in-refused', { reason: 'password-off' });
  if (ctx.state.browser) return seeOther(ctx, SECURITY);
  answerAt(ctx, SIGN_IN, { notice: readerOf(ctx).t('accounts.sign-in.without-passwords'), status: 403 });
}

/** As a wrong one: the page says how else. */
async function refuseProof(
  stepUp: Pick<StepUp, 'actionOf'>,
  ctx: WebContext,
  next: () => Promise<unknown>,
): Promise<void> {
  const { held } = readForm(ctx, { held: text });
  const action = ctx.state.browser && stepUp.actionOf(ctx.state.browser, held);
  if (!action || PROVED_BY_PASSWORD.includes(action)) return void (await next());
  ctx.state.audit('proof-refused', { reason: 'password-off' });
  answerAt(ctx, linkTo(PROVE, { held }), { problem: { kind: 'wrong' } });
}
