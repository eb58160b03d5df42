import type { Limiter } from '../../limits/limiter.ts';
import type { LimitName } from '../../limits/limits.ts';
import type { SignedInPage } from '../routes/signed-in.ts';
import { throttled } from '../routes/visit.ts';
import { showError } from './errors.ts';

/** The page, for owners who have not asked for it too often: what it changes is told by mail and text. */
export function pacedBy(limiter: Pick<Limiter, 'take'>, limit: LimitName, page: SignedInPage): SignedInPage {
  return async (ctx, browser) => {
    const { accountId } = browser;
    const leave = await limiter.take([[limit, accountId]]);
    if (leave.outcome === 'evaluate') return page(ctx, browser);
    const { waitSeconds } = throttled(ctx, leave.milliseconds, leave.limit, { account: accountId });
    showError(ctx, 'throttled', { retryAfter: waitSeconds });
  };
}
