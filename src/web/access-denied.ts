import { showError } from './middleware/errors.ts';
import type { WebContext } from './web-state.ts';

/** What has an id in the address of a page of the account area. */
type Thing = 'device' | 'browser' | 'app' | 'member' | 'factor' | 'trusted-browser' | 'link-key' | 'upstream';

/** Ids of ours. What is none of them is kept out of the log, and of the memory that hashes ids for it. */
const ID = /^[\w-]{22}$/;

/**
 * A signed-in owner asked for what is not theirs: another account's, or something that is gone. The answer is that
 * there is no such thing; the log has who asked (ASVS 16.3.2), and of a device which, under the name that the
 * lines about its owner give it.
 */
export function auditAccessRefused(ctx: WebContext, thing: Thing, device?: string): void {
  const named = device !== undefined && ID.test(device) ? device : undefined;
  ctx.state.audit('access-refused', { reason: thing, device: named });
}

/** Notes it and says that there is no such thing. */
export function refuseAccess(ctx: WebContext, thing: Thing): void {
  auditAccessRefused(ctx, thing);
  showError(ctx, 'not-found');
}
