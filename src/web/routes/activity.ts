/** `/account/activity`, and `/not-me` for what the owner did not do. */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import type { Disputes } from '../../alerts/dispute.ts';
import type { DisputeTickets } from '../../alerts/dispute-tickets.ts';
import { ACTIVITY_FILTERS, type RecentActivity } from '../../alerts/recent-activity.ts';
import { effectOf, type Remedy } from '../../alerts/remedies.ts';
import { answerAt, toldOf } from '../form-answers.ts';
import type { ActivityItem, DisputeView } from '../pages/activity.ts';
import { activityDays, activityItem } from '../pages/activity-views.ts';
import { linkTo } from '../pages/labels.ts';
import { readerOf } from '../reader.ts';
import { renderPage, signedInAs } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { placeOf, queryOf } from './visit.ts';

interface ActivityRoutes {
  readonly activity: RecentActivity;
  readonly dispute: Disputes;
  readonly tickets: DisputeTickets;
  readonly now: () => number;
}

const PATH = '/account/activity';

export function activityRoutes(routes: ActivityRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  router.get(PATH, signedIn(bound(showActivity)));
  router.get('/not-me/:ticket', (ctx) => showDispute(routes, ctx, ctx.params['ticket'] ?? ''));
  router.post('/not-me/:ticket', (ctx) => useDispute(routes, ctx, ctx.params['ticket'] ?? ''));
  return router;
}

async function showActivity(
  { activity, dispute, tickets, now }: ActivityRoutes,
  ctx: WebContext,
  browser: Session,
): Promise<void> {
  const { accountId } = browser;
  const show = ACTIVITY_FILTERS.find((filter) => filter === queryOf(ctx, 'show'));
  const asked = queryOf(ctx, 'before');
  const before = asked !== undefined && /^\d{1,15}-\d{1,10}$/.test(asked) ? asked : undefined;
  const { entries, olderThan } = await activity.page(accountId, show, before);
  const takenBack = await dispute.takenBack(accountId, entries);
  const buttonOf = (entryId: string) => `/not-me/${tickets.issue({ accountId, entryId, to: 'page' })}`;
  const days = activityDays(
    entries,
    ({ id }) => (takenBack.has(id) ? undefined : buttonOf(id)),
    readerOf(ctx),
  );
  renderPage(ctx, {
    page: 'activity',
    ...accountParts(ctx, browser, 'activity'),
    days,
    now: new Date(now()),
    show,
    older: olderThan && linkTo(PATH, { show, before: olderThan }),
    newest: before && linkTo(PATH, { show }),
  });
}

/** What the ticket did here, told by its own address: used, it does nothing more. */
interface Done {
  readonly remedy: Remedy;
  readonly isOver: boolean;
  readonly item: (Omit<ActivityItem, 'at'> & { readonly at: number }) | undefined;
}

/** Looking changes nothing: programs that look at every link in a mail do so, too. */
async function showDispute({ dispute }: ActivityRoutes, ctx: WebContext, ticket: string): Promise<void> {
  const { done } = toldOf<{ done: Done }>(ctx);
  if (done) {
    const item = done.item && { ...done.item, at: new Date(done.item.at) };
    return renderPage(ctx, disputeView(ctx, { ...done, state: 'done', item, ticket: '' }));
  }
  const seen = await dispute.look(ticket);
  if (!seen) return showGone(ctx);
  const item = seen.entry && activityItem(seen.entry, () => '', readerOf(ctx));
  renderPage(ctx, disputeView(ctx, { ...seen, state: 'ask', item, ticket }));
}

async function useDispute({ dispute }: ActivityRoutes, ctx: WebContext, ticket: string): Promise<void> {
  const used = await dispute.use(ticket, placeOf(ctx));
  if (used.outcome !== 'done') return showGone(ctx);
  ctx.state.audit('not-me', { account: used.account });
  const item = used.entry && activityItem(used.entry, () => '', readerOf(ctx));
  const { remedy, isOver } = used;
  const done: Done = { remedy, isOver, item: item && { ...item, at: item.at.getTime() } };
  // Not under the ticket, which opens nothing any more: every other one is said to be gone.
  answerAt(ctx, '/not-me/done', { done });
}

function showGone(ctx: WebContext): void {
  renderPage(ctx, disputeView(ctx, { state: 'gone' }), 404);
}

function disputeView(
  ctx: WebContext,
  {
    remedy,
    isOver = false,
    state,
    item,
    ticket,
  }: Pick<DisputeView, 'state' | 'item' | 'remedy' | 'ticket'> & { isOver?: boolean },
): DisputeView {
  const about = remedy && { remedy, effect: isOver ? ('over' as const) : effectOf(remedy) };
  const rest = { state, item, ...about, ...(ticket !== undefined && { ticket }) };
  return { page: 'not-me', csrf: ctx.state.csrf, signedInAs: signedInAs(ctx), ...rest };
}
