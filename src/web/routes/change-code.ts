import type { SendOutcome } from '../../account-changes/change-codes.ts';
import type { Session } from '../../accounts/session.ts';
import { readForm, text } from '../middleware/form.ts';
import type { PageTickets } from '../page-tickets.ts';
import type { ChangeCodeView } from '../pages/security.ts';
import { renderPage } from '../render.ts';
import type { WebContext } from '../web-state.ts';
import { backToSecurity } from './security.ts';
import { accountParts } from './signed-in.ts';
import { throttled } from './visit.ts';

export type ChangeCode = Pick<ChangeCodeView, 'changes' | 'ticket' | 'email' | 'outboxLink'>;

/** The page that asks for the code which was mailed in the middle of a change. */
export function showChangeCode(
  ctx: WebContext,
  browser: Session,
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

interface Resending {
  /** For whom the change was begun, by the ticket of its first code. */
  readonly changes: {
    resend(browser: Session, ticket: string): Promise<SendOutcome | { outcome: 'gone' }>;
  };
  readonly tickets: PageTickets;
  readonly show: (ticket: string, rest: Pick<ChangeCodeView, 'notice' | 'problem'>) => void;
}

/** An owner who got no mail asks for another code in the middle of a change. */
export async function resendChangeCode(
  ctx: WebContext,
  browser: Session,
  { changes, tickets, show }: Resending,
): Promise<void> {
  const { ticket } = readForm(ctx, { ticket: text });
  const sent = await changes.resend(browser, ticket);
  switch (sent.outcome) {
    case 'gone':
      return backToSecurity(tickets, ctx, browser, 'begin-again');
    case 'wait':
      return show(ticket, { problem: throttled(ctx, sent.milliseconds, sent.limit) });
    case 'mailed':
      return show(sent.ticket, { notice: 'We have sent a new code.' });
  }
}
