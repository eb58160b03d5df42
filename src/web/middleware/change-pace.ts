import { type Limiter, orGiveBack } from '../../limits/limiter.ts';
import type { LimitName } from '../../limits/limits.ts';
import type { SignedInPage } from '../routes/signed-in.ts';
import { throttled } from '../routes/visit.ts';
import { showError } from './errors.ts';

/**
 * The page, for owners who have not asked for it too often: what it changes is told by mail and text. One that fails, as
 * where the store takes no changes, has changed nothing and does not count.
 */
export function pacedBy(limiter: Pick<Limiter, 'take'>, limit: LimitName, page: SignedInPage): SignedInPage {
  return async (ctx, browser) => {
    const { accountId } = browser;
    const leave = await limiter.take([[limit, accountId]]);
    if (leave.outcome === 'evaluate') return orGiveBack(leave.giveBack, showing(page, ctx, browser));
    const { waitSeconds } = throttled(ctx, leave.milliseconds, leave.limit, { account: accountId });
    showError(ctx, 'throttled', { retryAfter: waitSeconds });
  };
}

async function showing(page: SignedInPage, ...asked: Parameters<SignedInPage>): Promise<void> {
  await page(...asked);
}
