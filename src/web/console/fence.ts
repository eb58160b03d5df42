/** From where `/admin` is there at all. */
import { ADMIN_PATH } from '../../admin/scopes.ts';
import type { Ranges } from '../../net/ranges.ts';
import { requesterOf } from '../../net/requester.ts';
import { showError } from '../middleware/errors.ts';
import type { WebContext, WebMiddleware } from '../web-state.ts';

export const CONSOLE_PATH = '/admin';

/** The networks that the operator has named. */
export class AdminFence {
  readonly #networks: Ranges;
  readonly #proxies: Ranges;

  /** @param proxies of ours: a request that seems to come from one comes from whom it did not name */
  constructor(networks: Ranges, proxies: Ranges) {
    this.#networks = networks;
    this.#proxies = proxies;
  }

  /** Of what an unnamed proxy passes on, or one of ours without a word, it cannot be told from where it comes. */
  isInside(ctx: WebContext): boolean {
    const { address, isCertain } = requesterOf(ctx);
    return isCertain && this.#networks.includes(address) && !this.#proxies.includes(address);
  }
}

/** From elsewhere the console is not there. Stands before our pages, so that it is not told apart by anything. */
export function consoleFence(fence: AdminFence): WebMiddleware {
  return async function requireInside(ctx, next) {
    const isOurs = ctx.path === CONSOLE_PATH || ctx.path.startsWith(`${CONSOLE_PATH}/`);
    if (!isOurs || ctx.path.startsWith(ADMIN_PATH) || fence.isInside(ctx)) return next();
    ctx.state.audit('admin-refused', { reason: 'network' });
    showError(ctx, 'not-found');
  };
}
