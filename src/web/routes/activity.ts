/** `/account/activity`, and `/not-me` for what the owner did not do. */
import { Router } from '@koa/router';
import type { SignedInBrowser } from '../../accounts/session.ts';
import type { NotMe } from '../../alerts/dispute.ts';
import type { NotMeTickets } from '../../alerts/dispute-tickets.ts';
import { ACTIVITY_FILTERS, type RecentActivity } from '../../alerts/recent-activity.ts';
import type { NotMeView } from '../pages/activity.ts';
import { activityItem } from '../pages/activity-views.ts';
import { endsEverything, NOT_ME_LABELS } from '../pages/dispute-labels.ts';
import { linkTo } from '../pages/labels.ts';
import { renderPage, signedInAs } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { placeOf, queryOf } from './visit.ts';

export interface ActivityRoutes {
  readonly activity: RecentActivity;
  readonly notMe: NotMe;
  readonly tickets: NotMeTickets;
  readonly now: () => number;
}

const PATH = '/account/activity';

export function activityRoutes(routes: ActivityRoutes): Router<WebState> {
  const router = new Router<WebState>();
  router.get(
    PATH,
    signedIn((ctx, browser) => showActivity(routes, ctx, browser)),
  );
  router.get('/not-me/:ticket', (ctx) => showNotMe(routes, ctx, ctx.params['ticket'] ?? ''));
  router.post('/not-me/:ticket', (ctx) => useNotMe(routes, ctx, ctx.params['ticket'] ?? ''));
  return router;
}

async function showActivity(
  { activity, tickets, now }: ActivityRoutes,
  ctx: WebContext,
  browser: SignedInBrowser,
): Promise<void> {
  const { accountId } = browser;
  const show = ACTIVITY_FILTERS.find((filter) => filter === queryOf(ctx, 'show'));
  const asked = queryOf(ctx, 'before');
  const before = asked !== undefined && /^\d{1,15}-\d{1,10}$/.test(asked) ? asked : undefined;
  const { entries, olderThan } = await activity.page(accountId, show, before);
  const items = entries.map((entry) =>
    activityItem(entry, ({ id }) => `/not-me/${tickets.issue({ accountId, entryId: id, to: 'page' })}`),
  );
  renderPage(ctx, {
    page: 'activity',
    ...accountParts(ctx, browser, 'activity'),
    items,
    now: new Date(now()),
    show,
    older: olderThan && linkTo(PATH, { show, before: olderThan }),
    newest: before && linkTo(PATH, { show }),
  });
}

/** Looking changes nothing: programs that look at every link in a mail do so, too. */
async function showNotMe({ notMe }: ActivityRoutes, ctx: WebContext, ticket: string): Promise<void> {
  const seen = await notMe.look(ticket);
  if (!seen) return showGone(ctx);
  const item = seen.entry && activityItem(seen.entry, () => '');
  renderPage(ctx, notMeView(ctx, { state: 'ask', item, remedy: seen.remedy, ticket }));
}

async function useNotMe({ notMe }: ActivityRoutes, ctx: WebContext, ticket: string): Promise<void> {
  const used = await notMe.use(ticket, placeOf(ctx));
  if (used.outcome !== 'done') return showGone(ctx);
  ctx.state.note('not-me');
  const item = used.entry && activityItem(used.entry, () => '');
  renderPage(ctx, notMeView(ctx, { state: 'done', item, remedy: used.remedy, ticket: '' }));
}

function showGone(ctx: WebContext): void {
  renderPage(ctx, notMeView(ctx, { state: 'gone' }), 404);
}

function notMeView(
  ctx: WebContext,
  rest: Pick<NotMeView, 'state' | 'item' | 'remedy' | 'ticket'>,
): NotMeView {
  const { remedy } = rest;
  const about = remedy && { labels: NOT_ME_LABELS[remedy], signInAnew: endsEverything(remedy) };
  return { page: 'not-me', csrf: ctx.state.csrf, signedInAs: signedInAs(ctx), ...rest, ...about };
}
