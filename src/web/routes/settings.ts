/** `/account/settings`: what is changed seldom, each with how it stands. */
import { Router } from '@koa/router';
import type { Closing } from '../../account-changes/closing.ts';
import type { Session } from '../../accounts/session.ts';
import { type AlertChoices, alertGroups } from '../../alerts/alert-choices.ts';
import type { EventKind } from '../../events/event.ts';
import type { HouseholdMember, HouseholdStore } from '../../household/household-store.ts';
import type { FlashMessages } from '../flash-messages.ts';
import type { AccountRow } from '../pages/account.ts';
import { formatCount, formatDate } from '../pages/labels.ts';
import { renderPage } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { queryOf } from './visit.ts';

interface SettingsRoutes {
  readonly household: Pick<HouseholdStore, 'list'>;
  readonly choices: Pick<AlertChoices, 'unwanted'>;
  readonly closing: Pick<Closing, 'closesAt'>;
  readonly notices: FlashMessages;
}

export function settingsRoutes(routes: SettingsRoutes): Router<WebState> {
  const router = new Router<WebState>();
  router.get(
    '/account/settings',
    signedIn((ctx, browser) => showSettings(routes, ctx, browser)),
  );
  return router;
}

async function showSettings(
  { household, choices, closing, notices }: SettingsRoutes,
  ctx: WebContext,
  browser: Session,
): Promise<void> {
  const [members, unwanted, closesAt] = await Promise.all([
    household.list(browser.accountId),
    choices.unwanted(browser.accountId),
    closing.closesAt(browser),
  ]);
  renderPage(ctx, {
    page: 'settings',
    ...accountParts(ctx, browser, 'settings'),
    notice: notices.read(browser, queryOf(ctx, 'notice')),
    rows: [
      ...profileRows(browser),
      householdRow(members),
      {
        icon: 'bell',
        label: 'Notifications',
        state: alertsState(unwanted),
        action: 'Change',
        href: '/account/notifications',
      },
      {
        icon: 'file',
        label: 'Your data',
        state: closesAt ? `Closes on ${formatDate(closesAt)}` : 'Download or close account',
        action: 'Open',
        href: '/account/data',
      },
    ],
  });
}

function alertsState(unwanted: readonly EventKind[]): string {
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

/** A few are named, so that the row stays one line. */
function householdRow(members: readonly HouseholdMember[]): AccountRow {
  const names = members.map(({ name }) => name).join(', ');
  const isShort = members.length > 0 && names.length <= 30;
  return {
    icon: 'home',
    label: 'Household',
    state: isShort
      ? names
      : formatCount(members.length, 'person', 'people').replace(/^no people$/, 'Only you'),
    isTyped: isShort,
    action: 'Change',
    href: '/account/household',
  };
}
