/** `/account/security/two-step/passkey`: making a passkey. The page needs a script, and says so where there is none. */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import { formatUserAgent } from '../../devices/user-agent.ts';
import { requesterOf } from '../../net/requester.ts';
import { answerAt, toldOf, typedOf } from '../form-answers.ts';
import { nowInTwoSteps } from '../fresh-factor.ts';
import { showError } from '../middleware/errors.ts';
import { readForm, text } from '../middleware/form.ts';
import { PASSKEY_ENDPOINTS_PATH } from '../middleware/protocol-paths.ts';
import { allowOwnScripts } from '../middleware/security-headers.ts';
import type { AddPasskeyView } from '../pages/two-step.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { backToTwoStep, TWO_STEP } from './two-step.ts';
import { changesFactors, type TwoStepPages } from './two-step-pages.ts';
import { placeOf } from './visit.ts';

const PATH = `${TWO_STEP}/passkey`;
const MAX_NAME = 40;

export function addPasskeyRoutes(routes: TwoStepPages): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  const { stepUp } = routes;
  router.get(PATH, signedIn(stepUp.before('change-factors', bound(show))));
  router.post(PATH, signedIn(changesFactors(routes, bound(add))));
  router.get(PASSKEY_ENDPOINTS_PATH, bound(tellEndpoints));
  return router;
}

/** Offers a program nothing where no browser knows passkeys of this server. */
function tellEndpoints({ services, issuer }: TwoStepPages, ctx: WebContext): void {
  if (!services.addPasskey.possible) return showError(ctx, 'not-found');
  ctx.body = { enroll: new URL(PATH, issuer).href, manage: new URL(TWO_STEP, issuer).href };
}

async function add(routes: TwoStepPages, ctx: WebContext, browser: Session): Promise<void> {
  const { response, challenge, name } = readForm(ctx, { response: text, challenge: text, name: text });
  const outcome = await routes.services.addPasskey.add(browser, { response, challenge, name }, placeOf(ctx));
  switch (outcome) {
    case 'added':
      ctx.state.audit('factor-added', { account: browser.accountId, reason: 'passkey' });
      await nowInTwoSteps(routes.services.proving, ctx, browser, ['user']);
      return backToTwoStep(routes, ctx, browser, readerOf(ctx).t('security.notice.passkey'));
    case 'refused':
      return seeOther(ctx, TWO_STEP);
    default:
      return answerAt(ctx, PATH, { problem: { kind: outcome } }, { name: name.slice(0, MAX_NAME) });
  }
}

async function show({ services }: TwoStepPages, ctx: WebContext, browser: Session): Promise<void> {
  const { status, ...told } = toldOf<Pick<AddPasskeyView, 'problem'>>(ctx);
  const name = typedOf(ctx)['name'] ?? formatUserAgent(readerOf(ctx), requesterOf(ctx).userAgent) ?? '';
  const asked = await services.addPasskey.begin(browser, browser.profile);
  if (asked) allowOwnScripts(ctx);
  const view: AddPasskeyView = {
    page: 'add-passkey',
    ...accountParts(ctx, browser, 'security'),
    passkey: asked && { options: JSON.stringify(asked.options), challenge: asked.challenge },
    name: name.slice(0, MAX_NAME),
    ...told,
  };
  renderPage(ctx, view, status);
}
