/**
 * Where the operator demands two-step verification: an owner who has none sets it up before any other page of
 * theirs opens. What is open meanwhile is a list, so that a new page is closed until it is put there.
 */
import type { TwoStepDemand, TwoStepStanding } from '../../mfa/two-step-demand.ts';
import { linkTo } from '../pages/labels.ts';
import { seeOther } from '../render.ts';
import { sectionOf } from '../routes/signed-in.ts';
import type { WebMiddleware } from '../web-state.ts';
import { clearGoOn, goOnOf, setGoOn } from './cookies.ts';

const SET_UP = '/account/security/two-step';

const SIGN_OUT = ['/sign-out', '/sign-out/app', '/sign-out/app/decide'];

/** Setting it up, the fresh password that this may need, and signing out. */
const OPEN_FOR_SET_UP: ReadonlySet<string> = new Set([
  SET_UP,
  `${SET_UP}/app`,
  `${SET_UP}/passkey`,
  '/account/prove',
  ...SIGN_OUT,
]);

/** Pages that are there for a visitor who is not signed in, and do nothing with a browser that is. */
const FOR_VISITORS = /^\/(language|sign-in|sign-up|forgot-password|not-me|dev\/outbox)(\/|$)/;

export function twoStepGate(demand: Pick<TwoStepDemand, 'standingOf' | 'isMade'>): WebMiddleware {
  return async function holdUntilSetUp(ctx, next) {
    const { browser } = ctx.state;
    if (!browser || !demand.isMade) return next();
    const standing = await demand.standingOf(browser);
    if (standing === 'met') {
      if (ctx.path + ctx.search === goOnOf(ctx)) clearGoOn(ctx);
      return next();
    }
    ctx.state.mayOpen = (path) => isOpen(path, standing);
    if (isOpen(ctx.path, standing)) return next();
    const wanted = ctx.method === 'POST' ? sectionOf(ctx.path) : ctx.path + ctx.search;
    if (standing === 'sign-in-again')
      return seeOther(ctx, linkTo('/sign-in', { return_to: wanted, again: 'yes' }));
    if (!['/', '/account'].includes(wanted)) setGoOn(ctx, wanted);
    seeOther(ctx, SET_UP);
  };
}

function isOpen(path: string, standing: Exclude<TwoStepStanding, 'met'>): boolean {
  if (FOR_VISITORS.test(path)) return true;
  return standing === 'set-up' ? OPEN_FOR_SET_UP.has(path) : SIGN_OUT.includes(path);
}
