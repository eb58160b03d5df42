/** `/account/security`: everything about signing in, and what would make the account safer. */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import { FlashMessages } from '../flash-messages.ts';
import type { PageTickets } from '../page-tickets.ts';
import type { SecuritySource } from '../pages/security-source.ts';
import { readerOf } from '../reader.ts';
import { renderPage } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { queryOf } from './visit.ts';

interface SecurityRoutes {
  readonly tickets: PageTickets;
  readonly sources: readonly SecuritySource[];
}

export function securityRoutes(routes: SecurityRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  router.get('/account/security', signedIn(bound(showSecurity)));
  return router;
}

async function showSecurity(
  { sources, tickets }: SecurityRoutes,
  ctx: WebContext,
  browser: Session,
): Promise<void> {
  const reader = readerOf(ctx);
  const told = await Promise.all(sources.map((source) => source(browser, reader)));
  renderPage(ctx, {
    page: 'security',
    ...accountParts(ctx, browser, 'security'),
    notice: new FlashMessages(tickets).read(browser, queryOf(ctx, 'notice')),
    rows: told.flatMap(({ rows }) => rows),
    next: told.flatMap(({ steps }) => steps)[0],
  });
}
