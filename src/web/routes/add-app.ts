/** `/account/security/two-step/app`: setting up an authenticator app. */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import { nowInTwoSteps } from '../fresh-factor.ts';
import { optional, readForm, text } from '../middleware/form.ts';
import type { AddAppView } from '../pages/two-step.ts';
import { qrPicture } from '../qr-picture.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { backToTwoStep, TWO_STEP } from './two-step.ts';
import { changesFactors, type TwoStepPages } from './two-step-pages.ts';
import { placeOf } from './visit.ts';

const PATH = `${TWO_STEP}/app`;
const SETUP = 'app-setup';
const MAX_NAME = 40;

export function addAppRoutes(routes: TwoStepPages): Router<WebState> {
  const router = new Router<WebState>();
  const { stepUp } = routes;
  router.get(
    PATH,
    signedIn(stepUp.before('change-factors', (ctx, browser) => show(routes, ctx, browser, {}))),
  );
  router.post(PATH, signedIn(changesFactors(routes, (ctx, browser) => add(routes, ctx, browser))));
  return router;
}

async function add(routes: TwoStepPages, ctx: WebContext, browser: Session): Promise<void> {
  const { setup, code, name } = readForm(ctx, { setup: optional, code: text, name: text });
  const seed = routes.tickets.read<string>(SETUP, browser.uid, setup);
  if (seed === undefined) return show(routes, ctx, browser, { problem: { kind: 'expired-form' } });
  const outcome = await routes.services.addApp.add(browser, { seed, code, name }, placeOf(ctx));
  const again = (problem: AddAppView['problem']) =>
    show(routes, ctx, browser, { seed, name: name.slice(0, MAX_NAME), problem });
  switch (outcome) {
    case 'added':
      ctx.state.audit('factor-added', { account: browser.accountId, reason: 'totp' });
      await nowInTwoSteps(routes.services.proving, ctx, browser, ['otp']);
      return backToTwoStep(routes, ctx, browser, 'Your authenticator app is set up. Now make backup codes.');
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

function show(
  { services, tickets }: TwoStepPages,
  ctx: WebContext,
  browser: Session,
  { seed: begun, name = '', problem }: { seed?: string; name?: string; problem?: AddAppView['problem'] },
): void {
  const { seed, uri, label } = services.addApp.setup(browser.profile.email, begun);
  const view: AddAppView = {
    page: 'add-app',
    ...accountParts(ctx, browser, 'security'),
    setup: tickets.issue(SETUP, browser.uid, seed),
    qr: qrPicture(uri),
    key: seed.match(/.{1,4}/g)?.join(' ') ?? seed,
    label,
    name,
    problem,
  };
  renderPage(ctx, view, problem ? 400 : 200);
}
