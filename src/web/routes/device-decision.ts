/** `/device/confirm`: what the owner decides about the device that is shown (RFC 8628 section 5.4). */
import type { Session } from '../../accounts/session.ts';
import { isBlank } from '../../accounts/visible-text.ts';
import type { DeviceLinking, PendingLink } from '../../devices/device-linking.ts';
import type { EnteredCodeStore } from '../../devices/entered-code-store.ts';
import { newGrantName } from '../../devices/grant-id.ts';
import type { LinkRisk } from '../../devices/link-risk.ts';
import type { LinkRisks } from '../../devices/link-risks.ts';
import { displayUserCode, normalizeUserCode } from '../../devices/user-code.ts';
import type { Refusals } from '../../events/refusals.ts';
import { requesterOf } from '../../net/requester.ts';
import type { CodeLimits } from '../code-limits.ts';
import { answerAt } from '../form-answers.ts';
import type { LinkTickets } from '../link-tickets.ts';
import { clearSession } from '../middleware/cookies.ts';
import { showError } from '../middleware/errors.ts';
import { oneOf, optional, readForm, text } from '../middleware/form.ts';
import type { StepUp } from '../middleware/step-up.ts';
import type { DeviceConfirmView } from '../pages/device.ts';
import { linkTo } from '../pages/labels.ts';
import { seeOther } from '../render.ts';
import type { WebContext } from '../web-state.ts';

export interface DeviceRoutes {
  readonly linking: DeviceLinking;
  readonly limits: CodeLimits;
  /** Codes that "It wasn't me" denies. */
  readonly entered: Pick<EnteredCodeStore, 'record'>;
  readonly tickets: LinkTickets;
  readonly now: () => number;
  /** Linking takes a fresh proof of who the owner is (ASVS 7.5.3). */
  readonly stepUp: Pick<StepUp, 'before' | 'justBefore'>;
  readonly refusals: Refusals;
  readonly risks: Pick<LinkRisks, 'assess' | 'recordApproval'>;
}

/** A code that was entered in this browser, and the device that was shown for it. */
type EnteredCode = NonNullable<ReturnType<LinkTickets['readEntered']>>;

export const CONFIRM = '/device/confirm';
/** Where the owner waits for a device that they have approved. */
export const WAITING = '/device/waiting';
/** What became of a code that does not wait for an answer any more. */
export const GONE = '/device/gone';
export type ConfirmProblem = NonNullable<DeviceConfirmView['problem']>;
type ConfirmFields = Extract<ConfirmProblem, { kind: 'fields' }>['fields'];

/** The device asked for a fresher proof than this browser's; the code comes back with the owner. */
export function signInAgain(ctx: WebContext, userCode: string): void {
  const returnTo = linkTo('/device', { user_code: displayUserCode(userCode) });
  seeOther(ctx, linkTo('/sign-in', { return_to: returnTo, again: 'yes' }));
}

/** To the page of what is asking: it is no guess to look at it again. */
export function atConfirm(
  { tickets }: DeviceRoutes,
  ctx: WebContext,
  browser: Session,
  link: PendingLink,
  problem?: ConfirmProblem,
): void {
  const page = linkTo(CONFIRM, { entered: tickets.entered(browser, link.userCode, link.device) });
  if (problem) answerAt(ctx, page, { problem });
  else seeOther(ctx, page);
}

/** @param isAnswer the owner has just answered, and it changed nothing */
export function gone(
  { tickets }: DeviceRoutes,
  ctx: WebContext,
  browser: Session,
  { userCode, device }: EnteredCode,
  isAnswer = true,
): void {
  const entered = tickets.entered(browser, userCode, device);
  seeOther(ctx, linkTo(GONE, { entered, answered: isAnswer ? 'yes' : undefined }));
}

/** The ticket shows that the code was entered, and its device shown, in this very browser. */
export async function decide(routes: DeviceRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const { ticket, decision } = readForm(ctx, { ticket: optional, decision: oneOf('approve', 'deny') });
  if (decision === undefined) return showError(ctx, 'bad-request');
  const entered = routes.tickets.readEntered(browser, ticket);
  if (!entered) return seeOther(ctx, GONE);
  if (decision === 'deny') return deny(routes, ctx, browser, entered);
  const link = await routes.linking.find(entered.userCode);
  return link ? check(routes, ctx, browser, link) : gone(routes, ctx, browser, entered);
}

async function deny(
  routes: DeviceRoutes,
  ctx: WebContext,
  browser: Session,
  entered: EnteredCode,
): Promise<void> {
  const outcome = await routes.linking.deny(entered.userCode, browser);
  if (outcome === 'gone') return gone(routes, ctx, browser, entered);
  ctx.state.audit('device-denied');
  seeOther(ctx, '/device/denied');
}

/** What the page asked for is asked for again here: the circumstances may have changed, and forms can be forged. */
async function check(
  routes: DeviceRoutes,
  ctx: WebContext,
  browser: Session,
  link: PendingLink,
): Promise<void> {
  const risk = await routes.risks.assess(link, browser, requesterOf(ctx));
  const { check: needed } = risk;
  const { user_code: typed, number } = readForm(ctx, { user_code: text, number: optional });
  const again = (fields: ConfirmFields) => atConfirm(routes, ctx, browser, link, { kind: 'fields', fields });
  if (needed === 'refuse') return atConfirm(routes, ctx, browser, link);
  if (needed !== 'click' && normalizeUserCode(typed) !== link.userCode) {
    return again({ user_code: isBlank(typed) ? 'missing' : 'other' });
  }
  if (link.numberMatch && number === undefined) {
    return again({ number: 'missing' });
  }
  if (link.numberMatch && number !== String(link.numberMatch.number)) {
    return deny(routes, ctx, browser, link);
  }
  const stepUp = needed === 'fresh-proof' ? 'justBefore' : 'before';
  const approval = routes.stepUp[stepUp]('link-device', (_, proved) =>
    approve(routes, ctx, proved, link, risk),
  );
  return approval(ctx, browser);
}

async function approve(
  routes: DeviceRoutes,
  ctx: WebContext,
  browser: Session,
  link: PendingLink,
  risk: LinkRisk,
): Promise<void> {
  const { linking, tickets, risks } = routes;
  await risks.recordApproval(link, browser, risk);
  const id = newGrantName();
  const outcome = await linking.approve(link.userCode, browser, id);
  if (outcome === 'approved') {
    ctx.state.audit('device-approved');
    const waiting = tickets.waiting(browser, { id, device: link.device });
    return seeOther(ctx, linkTo(WAITING, { device: waiting }));
  }
  if (outcome === 'gone') return gone(routes, ctx, browser, link);
  if (outcome === 'full') {
    ctx.state.audit('device-refused', { client: link.app.id, reason: 'full' });
    return seeOther(ctx, '/device/full');
  }
  if (outcome === 'sign-in-again') return signInAgain(ctx, link.userCode);
  clearSession(ctx);
  seeOther(ctx, linkTo('/sign-in', { return_to: '/device' }));
}
