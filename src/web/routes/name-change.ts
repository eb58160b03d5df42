/** `/account/settings/name`: what the owner is called. */
import { Router } from '@koa/router';
import type { NameChange } from '../../account-changes/name-change.ts';
import type { Session } from '../../accounts/session.ts';
import { answerAt, toldOf, typedOf } from '../form-answers.ts';
import { readForm, text } from '../middleware/form.ts';
import type { PageTickets } from '../page-tickets.ts';
import type { NameView } from '../pages/security.ts';
import { renderPage } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { backToPage } from './change-messages.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { placeOf } from './visit.ts';

interface NameRoutes {
  readonly nameChange: NameChange;
  readonly tickets: PageTickets;
}

const PATH = '/account/settings/name';
/** What is shown again in the field, at most. */
const MAX_TYPED = 254;

export function nameChangeRoutes(routes: NameRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  router.get(PATH, signedIn(showName));
  router.post(PATH, signedIn(bound(changeName)));
  return router;
}

async function changeName(
  { nameChange, tickets }: NameRoutes,
  ctx: WebContext,
  browser: Session,
): Promise<void> {
  const { name } = readForm(ctx, { name: text });
  const outcome = await nameChange.change(browser, name, placeOf(ctx));
  switch (outcome.outcome) {
    case 'changed':
      ctx.state.audit('name-changed');
      return backToPage(tickets, ctx, browser, 'name', 'name');
    case 'gone':
      return backToPage(tickets, ctx, browser, 'name', 'begin-again');
    case 'refused': {
      const problem = { kind: 'fields', fields: { name: outcome.error } } as const;
      return answerAt(ctx, PATH, { problem }, { name: name.slice(0, MAX_TYPED) });
    }
  }
}

function showName(ctx: WebContext, browser: Session): void {
  const { status, ...told } = toldOf<Pick<NameView, 'problem'>>(ctx);
  const name = typedOf(ctx)['name'] ?? browser.profile.name;
  renderPage(ctx, { page: 'name', ...accountParts(ctx, browser, 'settings'), name, ...told }, status);
}
