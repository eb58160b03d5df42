/** `/account/notifications`: of what the owner wants to be told by mail. */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import {
  ALERT_GROUPS,
  type AlertChoices,
  alertGroups,
  OPTIONAL_ALERTS,
  switchedAlerts,
  unwantedAlerts,
} from '../../alerts/alert-choices.ts';
import { generalTitle, severityOf } from '../../alerts/event-labels.ts';
import { EVENT_KINDS } from '../../events/event.ts';
import type { Limiter } from '../../limits/limiter.ts';
import type { FlashMessages } from '../flash-messages.ts';
import { pacedBy } from '../middleware/change-pace.ts';
import { showError } from '../middleware/errors.ts';
import { form, ticked } from '../middleware/form.ts';
import type { StepUp } from '../middleware/step-up.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { accountParts, type SignedInPage, signedIn } from './signed-in.ts';
import { placeOf, queryOf } from './visit.ts';

interface NotificationRoutes {
  readonly choices: AlertChoices;
  readonly flash: FlashMessages;
  readonly stepUp: Pick<StepUp, 'before'>;
  readonly limiter: Pick<Limiter, 'take'>;
}

const PATH = '/account/notifications';
const EACH = `${PATH}/each`;

export function notificationRoutes(routes: NotificationRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  const changing = (page: SignedInPage) =>
    signedIn(routes.stepUp.before('change-alerts', pacedBy(routes.limiter, 'ALERTS_CHANGE_ACCOUNT', page)));
  router.get(PATH, signedIn(bound(showSwitches)));
  router.get(EACH, signedIn(showEach));
  router.post(
    PATH,
    changing((ctx, browser) => choose(routes, ctx, browser, 'switch')),
  );
  router.post(
    EACH,
    changing((ctx, browser) => choose(routes, ctx, browser, 'box')),
  );
  return router;
}

function showSwitches({ flash }: NotificationRoutes, ctx: WebContext, browser: Session): void {
  const unwanted = unwantedAlerts(browser.profile);
  renderPage(ctx, {
    page: 'notifications',
    ...accountParts(ctx, browser, 'settings'),
    notice: flash.read(browser, queryOf(ctx, 'notice')),
    email: browser.profile.email,
    switches: alertGroups(unwanted).map(({ name, wanted }) => ({ group: name, wanted })),
    always: EVENT_KINDS.filter((kind) => severityOf(kind) === 'critical').map((kind) =>
      generalTitle(readerOf(ctx), kind),
    ),
  });
}

function showEach(ctx: WebContext, browser: Session): void {
  const unwanted = unwantedAlerts(browser.profile);
  renderPage(ctx, {
    page: 'each-notification',
    ...accountParts(ctx, browser, 'settings'),
    choices: OPTIONAL_ALERTS.map((kind) => ({
      kind,
      title: generalTitle(readerOf(ctx), kind),
      wanted: !unwanted.includes(kind),
    })),
  });
}

/** By the switches, or box by box. */
async function choose(
  { choices, flash }: NotificationRoutes,
  ctx: WebContext,
  browser: Session,
  by: 'switch' | 'box',
): Promise<void> {
  const fields = form(ctx);
  const isOn = (name: string) => ticked(fields[name]);
  const wanted =
    by === 'box'
      ? OPTIONAL_ALERTS.filter(isOn)
      : switchedAlerts(unwantedAlerts(browser.profile), ALERT_GROUPS.filter(isOn));
  if (!(await choices.choose(browser, wanted, placeOf(ctx)))) return showError(ctx, 'form-expired');
  seeOther(ctx, flash.linkWith(PATH, browser, readerOf(ctx).t('account.notice.saved')));
}
