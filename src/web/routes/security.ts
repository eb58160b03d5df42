/** `/account/security` and the owner's name. */
import { Router } from '@koa/router';
import type { NameChange } from '../../account-changes/name-change.ts';
import type { Session } from '../../accounts/session.ts';
import { answerAt, toldOf, typedOf } from '../form-answers.ts';
import { readForm, text } from '../middleware/form.ts';
import type { PageTickets } from '../page-tickets.ts';
import { linkTo } from '../pages/labels.ts';
import type { NameView } from '../pages/security.ts';
import type { SecuritySource } from '../pages/security-source.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { placeOf, queryOf } from './visit.ts';

interface SecurityRoutes {
  readonly nameChange: NameChange;
  readonly tickets: PageTickets;
  readonly sources: readonly SecuritySource[];
}

const HOME = '/account/security';
const NOTICE = 'security-notice';
/** What is shown again in the field, at most. */
const MAX_TYPED = 254;

const NOTICES = {
  name: 'Your name is changed.',
  email: 'Your email is changed. Sign in with the new one from now on.',
  'email-taken': 'Another account has that email by now. Nothing was changed.',
  'begin-again':
    'That took too long, or something else was changed meanwhile. Nothing was changed. Begin again.',
} as const;

type SecurityNotice = keyof typeof NOTICES;

export function securityRoutes(routes: SecurityRoutes): Router<WebState> {
  const router = new Router<WebState>();
  router.get(
    HOME,
    signedIn((ctx, browser) => showSecurity(routes, ctx, browser)),
  );
  router.get(`${HOME}/name`, signedIn(showName));
  router.post(
    `${HOME}/name`,
    signedIn((ctx, browser) => changeName(routes, ctx, browser)),
  );
  return router;
}

/** Back to the page, which says this once; sealed, so that no link of others makes it say so. */
export function backToSecurity(
  tickets: PageTickets,
  ctx: WebContext,
  { uid }: Pick<Session, 'uid'>,
  notice: SecurityNotice,
): void {
  seeOther(ctx, linkTo(HOME, { notice: tickets.issue(NOTICE, uid, notice) }));
}

async function showSecurity(
  { sources, tickets }: SecurityRoutes,
  ctx: WebContext,
  browser: Session,
): Promise<void> {
  const told = await Promise.all(sources.map((source) => source(browser)));
  const notice = tickets.read<SecurityNotice>(NOTICE, browser.uid, queryOf(ctx, 'notice'));
  renderPage(ctx, {
    page: 'security',
    ...accountParts(ctx, browser, 'security'),
    notice: notice && NOTICES[notice],
    rows: told.flatMap(({ rows }) => rows),
    checks: told.flatMap(({ checks }) => checks),
  });
}

async function changeName(
  { nameChange, tickets }: SecurityRoutes,
  ctx: WebContext,
  browser: Session,
): Promise<void> {
  const { name } = readForm(ctx, { name: text });
  const outcome = await nameChange.change(browser, name, placeOf(ctx));
  switch (outcome.outcome) {
    case 'changed':
      ctx.state.audit('name-changed');
      return backToSecurity(tickets, ctx, browser, 'name');
    case 'gone':
      return backToSecurity(tickets, ctx, browser, 'begin-again');
    case 'refused': {
      const problem = { kind: 'fields', fields: { name: outcome.error } } as const;
      return answerAt(ctx, `${HOME}/name`, { problem }, { name: name.slice(0, MAX_TYPED) });
    }
  }
}

function showName(ctx: WebContext, browser: Session): void {
  const { status, ...told } = toldOf<Pick<NameView, 'problem'>>(ctx);
  const name = typedOf(ctx)['name'] ?? browser.profile.name;
  renderPage(ctx, { page: 'name', ...accountParts(ctx, browser, 'security'), name, ...told }, status);
}
