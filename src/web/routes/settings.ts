/** `/account/settings`: what is changed seldom, each with how it stands. */

import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import { alertGroups, unwantedAlerts } from '../../alerts/alert-choices.ts';
import type { HouseholdMember, HouseholdStore } from '../../household/household-store.ts';
import { languageName } from '../../words/languages.ts';
import { ENGLISH } from '../../words/reader.ts';
import type { FlashMessages } from '../flash-messages.ts';
import type { AccountRow } from '../pages/account.ts';
import { formatCount, linkTo } from '../pages/labels.ts';
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
  const members = await household.list(browser.accountId);
  renderPage(ctx, {
    page: 'settings',
    ...accountParts(ctx, browser, 'settings'),
    notice: flash.read(browser, queryOf(ctx, 'notice')),
    rows: [
      ...profileRows(browser),
      ...readerRows(ctx, browser),
      householdRow(members),
      {
        icon: 'bell',
        label: 'Notifications',
        state: alertsState(browser),
        action: 'Change',
        href: '/account/notifications',
      },
      {
        icon: 'file',
        label: 'Your data',
        state:
          closesAt === undefined
            ? 'Download or close account'
            : `Closes on ${ENGLISH.date(new Date(closesAt))}`,
        action: 'Open',
        href: '/account/data',
      },
    ],
  });
}

function alertsState({ profile }: Session): string {
  const unwanted = unwantedAlerts(profile);
  if (unwanted.length === 0) return 'All by mail';
  const isOff = alertGroups(unwanted).every(({ wanted }) => wanted === 'none');
  return isOff ? 'Only the most important' : 'Some by mail';
}

function profileRows({ profile }: Session): AccountRow[] {
  const changed = { isTyped: true, action: 'Change' };
  return [
    { icon: 'person', label: 'Name', state: profile.name, ...changed, href: '/account/settings/name' },
    { icon: 'mail', label: 'Email', state: profile.email, ...changed, href: '/account/settings/email' },
  ];
}

/** How pages and mails are written to the owner. */
function readerRows(ctx: WebContext, { profile }: Session): AccountRow[] {
  const reader = readerOf(ctx);
  const changed = { action: reader.t('accounts.settings.change') };
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
function householdRow(members: readonly HouseholdMember[]): AccountRow {
  const names = members.map(({ name }) => name).join(', ');
  const isShort = members.length > 0 && names.length <= 30;
  const counted =
    members.length === 0 ? 'Only you' : formatCount(ENGLISH, members.length, 'person', 'people');
  return {
    icon: 'home',
    label: 'Household',
    state: isShort ? names : counted,
    isTyped: isShort,
    action: 'Change',
    href: '/account/household',
  };
}
