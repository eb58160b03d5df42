/** `/account/household`: names for the people who share the account, so that a device can be given to one. */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import type { LinkedDevice } from '../../devices/linked-device.ts';
import { nameOf } from '../../devices/linked-device.ts';
import type { LinkedDevices } from '../../devices/linked-devices.ts';
import type { Household, MemberChange } from '../../household/household.ts';
import type { HouseholdMember } from '../../household/household-store.ts';
import { refuseAccess } from '../access-denied.ts';
import type { FlashMessages } from '../flash-messages.ts';
import { answerAt, toldOf, typedOf } from '../form-answers.ts';
import { showError } from '../middleware/errors.ts';
import { readForm, text } from '../middleware/form.ts';
import type { HouseholdView, MemberFields } from '../pages/household.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { paramOf, placeOf, queryOf } from './visit.ts';

interface HouseholdRoutes {
  readonly household: Household;
  readonly devices: LinkedDevices;
  readonly flash: FlashMessages;
}

const HOME = '/account/household';
const MAX_TYPED = 100;

export function householdRoutes(routes: HouseholdRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  const withMember = (page: MemberPage) =>
    signedIn(async (ctx, browser) => {
      const member = await routes.household.find(browser, paramOf(ctx, 'id'));
      return member ? page(ctx, browser, member) : refuseAccess(ctx, 'member');
    });
  router.get(HOME, signedIn(bound(showHousehold)));
  router.post(HOME, signedIn(bound(add)));
  router.get(`${HOME}/:id`, withMember(bound(showMember)));
  router.post(`${HOME}/:id/rename`, withMember(bound(rename)));
  router.post(
    `${HOME}/:id/remove`,
    withMember(async (ctx, browser, member) => {
      await routes.household.remove(browser, member, placeOf(ctx));
      seeOther(ctx, routes.flash.linkWith(HOME, browser, readerOf(ctx).t('account.notice.person-removed')));
    }),
  );
  return router;
}

/** One that the operator has ended is given to no one. */
function isOf({ id }: HouseholdMember, { memberId, endedAt }: LinkedDevice): boolean {
  return memberId === id && endedAt === undefined;
}

type MemberPage = (ctx: WebContext, browser: Session, member: HouseholdMember) => void | Promise<void>;

async function showHousehold(
  { household, devices, flash }: HouseholdRoutes,
  ctx: WebContext,
  browser: Session,
): Promise<void> {
  const [members, linked] = await Promise.all([household.list(browser), devices.list(browser)]);
  const { status, ...told } = toldOf<Pick<HouseholdView, 'problem'>>(ctx);
  const view: HouseholdView = {
    page: 'household',
    ...accountParts(ctx, browser, 'settings'),
    notice: flash.read(browser, queryOf(ctx, 'notice')),
    members: members.map((member) => ({
      ...member,
      devices: linked.filter((device) => isOf(member, device)).length,
    })),
    memberName: typedOf(ctx)['member_name'],
    ...told,
  };
  renderPage(ctx, view, status);
}

async function add(routes: HouseholdRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const { member_name: typed } = readForm(ctx, { member_name: text });
  const problem = problemOf(await routes.household.add(browser, typed, placeOf(ctx)));
  if (!problem)
    return seeOther(ctx, routes.flash.linkWith(HOME, browser, readerOf(ctx).t('account.notice.added')));
  answerAt(ctx, HOME, { problem }, { member_name: typed.slice(0, MAX_TYPED) });
}

async function showMember(
  { devices, flash }: HouseholdRoutes,
  ctx: WebContext,
  browser: Session,
  member: HouseholdMember,
): Promise<void> {
  const { status, ...told } = toldOf<{ problem: MemberFields }>(ctx);
  const linked = await devices.list(browser);
  const view = {
    page: 'household-member',
    ...accountParts(ctx, browser, 'settings'),
    notice: flash.read(browser, queryOf(ctx, 'notice')),
    member,
    memberName: typedOf(ctx)['member_name'],
    devices: linked.filter((device) => isOf(member, device)).map(nameOf),
    ...told,
  } as const;
  renderPage(ctx, view, status);
}

async function rename(
  routes: HouseholdRoutes,
  ctx: WebContext,
  browser: Session,
  member: HouseholdMember,
): Promise<void> {
  const { member_name: typed } = readForm(ctx, { member_name: text });
  const outcome = await routes.household.rename(browser, member, typed, placeOf(ctx));
  if (outcome === 'gone') return showError(ctx, 'not-found');
  const problem = problemOf(outcome);
  if (problem)
    return answerAt(ctx, `${HOME}/${member.id}`, { problem }, { member_name: typed.slice(0, MAX_TYPED) });
  seeOther(
    ctx,
    routes.flash.linkWith(`${HOME}/${member.id}`, browser, readerOf(ctx).t('account.notice.saved')),
  );
}

function problemOf(outcome: MemberChange): MemberFields | undefined {
  switch (outcome) {
    case 'missing-name':
      return { kind: 'fields', fields: { member_name: 'missing' } };
    case 'too-long':
    case 'too-many':
    case 'there-already':
      return { kind: 'fields', fields: { member_name: outcome } };
    default:
      return undefined;
  }
}
