/** Pages that only a signed-in owner can see. */
import type { Session } from '../../accounts/session.ts';
import type { AccountParts } from '../pages/account.ts';
import type { AccountSection } from '../pages/account-sections.ts';
import { linkTo } from '../pages/labels.ts';
import { seeOther } from '../render.ts';
import type { WebContext } from '../web-state.ts';

export type SignedInPage = (ctx: WebContext, browser: Session) => void | Promise<void>;

/**
 * The page for a signed-in owner; every other visitor signs in first and comes back. A form that was posted is not
 * posted again by itself: they come back to the section that it belongs to.
 */
export function signedIn(page: SignedInPage): (ctx: WebContext) => void | Promise<void> {
  return function showToOwner(ctx) {
    const { browser } = ctx.state;
    if (browser) return page(ctx, browser);
    // Looking at a page is a question, and is answered with the way in; to post without being signed in is a try.
    if (ctx.method === 'POST') ctx.state.audit('access-refused', { reason: 'signed-out' });
    const returnTo = ctx.method === 'POST' ? sectionOf(ctx.path) : ctx.path + ctx.search;
    seeOther(ctx, linkTo('/sign-in', { return_to: returnTo }));
  };
}

/** What every page of the account area carries. */
export function accountParts(
  ctx: WebContext,
  browser: Session,
  section: AccountSection | undefined,
): AccountParts {
  const { name, email } = browser.profile;
  return {
    csrf: ctx.state.csrf,
    signedInAs: { name, email },
    section,
    held: ctx.state.mayOpen !== undefined,
  };
}

/** `/account/devices/…` is of `/account/devices`. */
export function sectionOf(path: string): string {
  return path.split('/').slice(0, 3).join('/');
}
