/** What the page from which a change was begun says of it afterwards. */
import type { Session } from '../../accounts/session.ts';
import { FlashMessages } from '../flash-messages.ts';
import type { PageTickets } from '../page-tickets.ts';
import { readerOf } from '../reader.ts';
import { seeOther } from '../render.ts';
import type { WebContext } from '../web-state.ts';

type Message = 'name' | 'email' | 'email-taken' | 'begin-again';

/** What is changed on the way from each page. */
const PAGES = {
  name: '/account/settings',
  email: '/account/settings',
  password: '/account/security',
} as const;

/** Back to the page, which says this once; sealed, so that no link of others makes it say so. */
export function backToPage(
  tickets: PageTickets,
  ctx: WebContext,
  browser: Session,
  changes: keyof typeof PAGES,
  message: Message,
): void {
  const words = readerOf(ctx).t(`account.notice.${message}`);
  seeOther(ctx, new FlashMessages(tickets).linkWith(PAGES[changes], browser, words));
}
