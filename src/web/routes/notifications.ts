/** `/account/notifications`: of what the owner wants to be told by mail. */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import { type AlertChoices, OPTIONAL_ALERTS } from '../../alerts/alert-choices.ts';
import { generalTitle, severityOf } from '../../alerts/event-labels.ts';
import { EVENT_KINDS } from '../../events/event.ts';
import type { Limiter } from '../../limits/limiter.ts';
import type { FlashMessages } from '../flash-messages.ts';
import { pacedBy } from '../middleware/change-pace.ts';
import { showError } from '../middleware/errors.ts';
import { form, ticked } from '../middleware/form.ts';
import type { StepUp } from '../middleware/step-up.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { placeOf, queryOf } from './visit.ts';

interface NotificationRoutes {
  readonly choices: AlertChoices;
  readonly notices: FlashMessages;
  readonly stepUp: Pick<StepUp, 'before'>;
  readonly limiter: Pick<Limiter, 'take'>;
}

const PATH = '/account/notifications';

export function notificationRoutes(routes: NotificationRoutes): Router<WebState> {
  const router = new Router<WebState>();
  router.get(
    PATH,
    signedIn((ctx, browser) => showChoices(routes, ctx, browser)),
  );
  router.post(
    PATH,
    signedIn(
      routes.stepUp.before(
        'change-alerts',
        pacedBy(routes.limiter, 'ALERTS_CHANGE_ACCOUNT', (ctx, browser) => choose(routes, ctx, browser)),
      ),
    ),
  );
  return router;
}

async function showChoices(
  { choices, notices }: NotificationRoutes,
  ctx: WebContext,
  browser: Session,
): Promise<void> {
  const unwanted = await choices.unwanted(browser.accountId);
  renderPage(ctx, {
    page: 'notifications',
    ...accountParts(ctx, browser, 'settings'),
    notice: notices.read(browser, queryOf(ctx, 'notice')),
    email: browser.profile.email,
    choices: OPTIONAL_ALERTS.map((kind) => ({
      kind,
      title: generalTitle(kind),
      wanted: !unwanted.includes(kind),
    })),
    always: EVENT_KINDS.filter((kind) => severityOf(kind) === 'critical').map(generalTitle),
  });
}

async function choose(
  { choices, notices }: NotificationRoutes,
  ctx: WebContext,
  browser: Session,
): Promise<void> {
  const fields = form(ctx);
  const wanted = OPTIONAL_ALERTS.filter((kind) => ticked(fields[kind]));
  if (!(await choices.choose(browser, wanted, placeOf(ctx)))) return showError(ctx, 'form-expired');
  seeOther(ctx, notices.linkWith(PATH, browser, 'Saved.'));
}
