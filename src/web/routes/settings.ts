/** `/account/settings`: what is changed seldom, each with how it stands. */

import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import { alertGroups, unwantedAlerts } from '../../alerts/alert-choices.ts';
import type { HouseholdMember, HouseholdStore } from '../../household/household-store.ts';
import { languageName } from '../../words/languages.ts';
import type { Reader } from '../../words/reader.ts';
import type { FlashMessages } from '../flash-messages.ts';
import type { AccountRow } from '../pages/account.ts';
import { linkTo } from '../pages/labels.ts';
import { readerOf } from '../reader.ts';
import { renderPage } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { queryOf } from './visit.ts';

interface SettingsRoutes {
  readonly household: Pick<HouseholdStore, 'list'>;
  readonly flash: FlashMessages;
}

export function settingsRoutes(routes: SettingsRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  router.get('/account/settings', signedIn(bound(showSettings)));
  return router;
}

async function showSettings(
  { household, flash }: SettingsRoutes,
  ctx: WebContext,
  browser: Session,
): Promise<void> {
  const { closesAt } = browser;
  const reader = readerOf(ctx);
  const members = await household.list(browser.accountId);
  renderPage(ctx, {
    page: 'settings',
    ...accountParts(ctx, browser, 'settings'),
    notice: flash.read(browser, queryOf(ctx, 'notice')),
    rows: [
      ...profileRows(reader, browser),
      ...readerRows(ctx, reader, browser),
      householdRow(reader, members),
      {
        icon: 'bell',
        label: reader.t('account.rows.notifications'),
        state: alertsState(reader, browser),
        action: reader.t('account.rows.change'),
        href: '/account/notifications',
      },
      {
        icon: 'file',
        label: reader.t('account.rows.data'),
        state:
          closesAt === undefined
            ? reader.t('account.rows.data-open')
            : reader.t('account.rows.closes', { date: reader.date(new Date(closesAt)) }),
        action: reader.t('account.rows.open'),
        href: '/account/data',
      },
    ],
  });
}

function alertsState(reader: Reader, { profile }: Session): string {
  const unwanted = unwantedAlerts(profile);
  if (unwanted.length === 0) return reader.t('account.rows.alerts-all');
  const isOff = alertGroups(unwanted).every(({ wanted }) => wanted === 'none');
  return reader.t(isOff ? 'account.rows.alerts-critical' : 'account.rows.alerts-some');
}

function profileRows(reader: Reader, { profile }: Session): AccountRow[] {
  const changed = { isTyped: true, action: reader.t('account.rows.change') };
  return [
    {
      icon: 'person',
      label: reader.t('account.rows.name'),
      state: profile.name,
      ...changed,
      href: '/account/settings/name',
    },
    {
      icon: 'mail',
      label: reader.t('account.rows.email'),
      state: profile.email,
      ...changed,
      href: '/account/settings/email',
    },
  ];
}

/** How pages and mails are written to the owner. */
function readerRows(ctx: WebContext, reader: Reader, { profile }: Session): AccountRow[] {
  const changed = { action: reader.t('account.rows.change') };
  const { zone } = reader;
  const ofBrowser = zone === undefined ? reader.t('accounts.settings.utc') : undefined;
  const language = {
    icon: 'globe',
    label: reader.t('accounts.settings.language'),
    state: languageName(reader.language),
    ...changed,
    href: linkTo('/language', { return_to: '/account/settings' }),
  };
  const timeZone = {
    icon: 'clock',
    label: reader.t('accounts.settings.time-zone'),
    state:
      ofBrowser ?? profile.timeZone ?? reader.t('accounts.settings.zone-of-browser', { zone: String(zone) }),
    ...changed,
    href: '/account/settings/time-zone',
  };
  return ctx.state.views.languages.served.length > 1 ? [language, timeZone] : [timeZone];
}

/** A few are named, so that the row stays one line. */
function householdRow(reader: Reader, members: readonly HouseholdMember[]): AccountRow {
  const names = members.map(({ name }) => name).join(', ');
  const isShort = members.length > 0 && names.length <= 30;
  const counted =
    members.length === 0
      ? reader.t('account.rows.only-you')
      : reader.t('account.rows.people', { count: members.length });
  return {
    icon: 'home',
    label: reader.t('account.rows.household'),
    state: isShort ? names : counted,
    isTyped: isShort,
    action: reader.t('account.rows.change'),
    href: '/account/household',
  };
}
