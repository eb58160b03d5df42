import type { SignedInBrowser } from '../../accounts/browser-store.ts';
import type { ChangeCodeView } from '../pages/security.ts';
import { renderPage } from '../render.ts';
import type { WebContext } from '../web-state.ts';
import { accountParts } from './signed-in.ts';

export type ChangeCode = Pick<ChangeCodeView, 'changes' | 'ticket' | 'email' | 'outboxLink'>;

/** The page that asks for the code which was mailed in the middle of a change. */
export function showChangeCode(
  ctx: WebContext,
  browser: SignedInBrowser,
  code: ChangeCode,
  rest: Pick<ChangeCodeView, 'notice' | 'problem'>,
): void {
  const status = rest.problem === undefined ? 200 : rest.problem.kind === 'throttled' ? 429 : 400;
  const view: ChangeCodeView = {
    page: 'change-code',
    ...accountParts(ctx, browser, 'security'),
    ...code,
    ...rest,
  };
  renderPage(ctx, view, status);
}
