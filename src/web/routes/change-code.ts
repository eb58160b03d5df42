import type { SendOutcome } from '../../account-changes/change-codes.ts';
import type { Session } from '../../accounts/session.ts';
import { answerAt, toldOf } from '../form-answers.ts';
import { setStep } from '../middleware/cookies.ts';
import { readForm, text } from '../middleware/form.ts';
import type { PageTickets } from '../page-tickets.ts';
import type { ChangeCodeView } from '../pages/security.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext } from '../web-state.ts';
import { backToPage } from './change-messages.ts';
import { accountParts } from './signed-in.ts';
import { throttled } from './visit.ts';

const CHANGE_PATHS = {
  password: '/account/security/password',
  email: '/account/settings/email',
} as const satisfies Record<ChangeCodeView['changes'], string>;

type ChangeCode = Pick<ChangeCodeView, 'changes' | 'ticket' | 'email' | 'outboxLink'>;
type ToldOfCode = Pick<ChangeCodeView, 'notice' | 'problem'>;

/** The page that asks for the code which was mailed in the middle of a change. However often it is looked at, nothing is mailed. */
export function showChangeCode(ctx: WebContext, browser: Session, code: ChangeCode): void {
  const { status, ...told } = toldOf<ToldOfCode>(ctx);
  const view: ChangeCodeView = {
    page: 'change-code',
    ...accountParts(ctx, browser, code.changes === 'email' ? 'settings' : 'security'),
    ...code,
    ...told,
  };
  renderPage(ctx, view, status);
}

/** To the page of the code, which asks for that of this ticket from now on: another tab may have begun anew. */
export function atChangeCode(
  ctx: WebContext,
  changes: ChangeCode['changes'],
  ticket: string,
  told?: ToldOfCode,
): void {
  const page = `${CHANGE_PATHS[changes]}/code`;
  if (ticket !== '') setStep(ctx, `${changes}Code`, ticket);
  if (told) answerAt(ctx, page, told);
  else seeOther(ctx, page);
}

interface Resending {
  /** For whom the change was begun, by the ticket of its first code. */
  readonly changes: {
    resend(browser: Session, ticket: string): Promise<SendOutcome | { outcome: 'gone' }>;
  };
  readonly what: ChangeCode['changes'];
  readonly tickets: PageTickets;
}

/** An owner who got no mail asks for another code in the middle of a change. */
export async function resendChangeCode(
  ctx: WebContext,
  browser: Session,
  { changes, what, tickets }: Resending,
): Promise<void> {
  const { ticket } = readForm(ctx, { ticket: text });
  const sent = await changes.resend(browser, ticket);
  switch (sent.outcome) {
    case 'gone':
      return backToPage(tickets, ctx, browser, what, 'begin-again');
    case 'wait':
      return atChangeCode(ctx, what, ticket, { problem: throttled(ctx, sent.milliseconds, sent.limit) });
    case 'mailed':
      return atChangeCode(ctx, what, sent.ticket, { notice: readerOf(ctx).t('accounts.sent-new-code') });
  }
}
