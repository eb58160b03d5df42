/** `/account/security/two-step/app`: setting up an authenticator app. */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import { answerAt, toldOf, typedOf } from '../form-answers.ts';
import { nowInTwoSteps } from '../fresh-factor.ts';
import { clearStep, readStep, setStep } from '../middleware/cookies.ts';
import { optional, readForm, text } from '../middleware/form.ts';
import type { AddAppView } from '../pages/two-step.ts';
import { qrPicture } from '../qr-picture.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { backToTwoStep, TWO_STEP } from './two-step.ts';
import { changesFactors, type TwoStepPages } from './two-step-pages.ts';
import { placeOf } from './visit.ts';

const PATH = `${TWO_STEP}/app`;
const SETUP = 'app-setup';
const APP_SETUP = 'appSetup';
const MAX_NAME = 40;

export function addAppRoutes(routes: TwoStepPages): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  const { stepUp } = routes;
  router.get(PATH, signedIn(stepUp.before('change-factors', bound(show))));
  router.post(PATH, signedIn(changesFactors(routes, bound(add))));
  return router;
}

async function add(routes: TwoStepPages, ctx: WebContext, browser: Session): Promise<void> {
  const { setup, code, name } = readForm(ctx, { setup: optional, code: text, name: text });
  const seed = routes.tickets.read<string>(SETUP, browser.uid, setup);
  if (seed === undefined) return answerAt(ctx, PATH, { problem: { kind: 'expired-form' } });
  const outcome = await routes.services.addApp.add(browser, { seed, code, name }, placeOf(ctx));
  const again = (problem: AddAppView['problem']) =>
    answerAt(ctx, PATH, { problem }, { name: name.slice(0, MAX_NAME) });
  switch (outcome) {
    case 'added':
      clearStep(ctx, APP_SETUP);
      ctx.state.audit('factor-added', { account: browser.accountId, reason: 'totp' });
      await nowInTwoSteps(routes.services.proving, ctx, browser, ['otp']);
      return backToTwoStep(routes, ctx, browser, readerOf(ctx).t('security.notice.app'));
    case 'malformed':
      return again({ kind: 'fields', fields: { code: 'not-six' } });
    case 'too-many':
      return again({ kind: 'too-many' });
    case 'wrong':
      return again({ kind: 'wrong' });
    case 'refused':
      return seeOther(ctx, TWO_STEP);
  }
}

/** The same key however often it is looked at: an app may have read it from the page before. */
async function show({ services, tickets }: TwoStepPages, ctx: WebContext, browser: Session): Promise<void> {
  const begun = tickets.read<string>(SETUP, browser.uid, readStep(ctx, APP_SETUP));
  const { seed, uri, label } = services.addApp.setup(browser.profile.email, begun);
  const setup = tickets.issue(SETUP, browser.uid, seed);
  setStep(ctx, APP_SETUP, setup);
  const { status, ...told } = toldOf<Pick<AddAppView, 'problem'>>(ctx);
  const view: AddAppView = {
    page: 'add-app',
    ...accountParts(ctx, browser, 'security'),
    setup,
    qr: await qrPicture(uri),
    uri,
    key: seed.match(/.{1,4}/g)?.join(' ') ?? seed,
    label,
    name: typedOf(ctx)['name'] ?? '',
    ...told,
  };
  renderPage(ctx, view, status);
}
