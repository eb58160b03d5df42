import type { Session } from '../accounts/session.ts';
import type { Proof } from '../sessions/proof.ts';
import { setSession } from './middleware/cookies.ts';
import type { WebContext } from './web-state.ts';

/**
 * Who has just added their first app or passkey has proved it beside a fresh password: from here on this browser says
 * so, under a new session id, and is not asked for the second step at once (ASVS 7.2.4).
 */
export async function nowInTwoSteps(
  proving: Proof,
  ctx: WebContext,
  browser: Session,
  factorAmr: readonly string[],
): Promise<void> {
  if (browser.amr.includes('mfa')) return;
  const renewed = await proving.renew(browser, [...new Set([...browser.amr, ...factorAmr, 'mfa'])]);
  if (!renewed) return;
  ctx.state.browser = renewed;
  setSession(ctx, renewed.sessionId);
}
