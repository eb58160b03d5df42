import type { CheckedFactor } from '../../mfa/factor-check.ts';
import type { SecondStepView } from '../pages/second-step.ts';
import type { WebContext } from '../web-state.ts';
import { throttled } from './visit.ts';

/**
 * Why a second step was not taken, as its page says it; told to the security log.
 * @param kind of factor, as the form names it
 */
export function secondStepRefusal(
  ctx: WebContext,
  outcome: Exclude<CheckedFactor, { outcome: 'proved' }>,
  kind: string | undefined,
  account: string,
): SecondStepView['problem'] {
  switch (outcome.outcome) {
    case 'wait':
      return throttled(ctx, outcome.milliseconds, outcome.limit, { account });
    case 'malformed':
      return { kind: 'fields', fields: { code: kind === 'backup-codes' ? 'not-a-backup-code' : 'not-six' } };
    default:
      ctx.state.audit('second-step-refused', { account, reason: outcome.outcome });
      return { kind: outcome.outcome === 'too-many-tries' ? 'too-many-tries' : 'wrong' };
  }
}
