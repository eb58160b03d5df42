/** What the page from which a change was begun says of it afterwards. */
import type { Session } from '../../accounts/session.ts';
import { FlashMessages } from '../flash-messages.ts';
import type { PageTickets } from '../page-tickets.ts';
import { seeOther } from '../render.ts';
import type { WebContext } from '../web-state.ts';

const MESSAGES = {
  name: 'Your name is changed.',
  email: 'Your email is changed. Sign in with the new one from now on.',
  'email-taken': 'Another account has that email by now. Nothing was changed.',
  'begin-again':
    'That took too long, or something else was changed meanwhile. Nothing was changed. Begin again.',
} as const;

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
  message: keyof typeof MESSAGES,
): void {
  seeOther(ctx, new FlashMessages(tickets).linkWith(PAGES[changes], browser, MESSAGES[message]));
}
