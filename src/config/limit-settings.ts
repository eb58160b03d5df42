import { type CodeBudgetSettings, codeBudget } from '../limits/code-budget.ts';
import { type Limits, readLimits } from '../limits/limits.ts';
import { type SettingWarning, settingWarning } from './setting-warnings.ts';

/** Fewer wrong codes than this for everybody, and one attacker makes many owners wait their turn. */
const FEW_GUESSES = 500;

/**
 * The limits of this environment, and those that follow from how many codes may live and how long. Where `errors`
 * has grown, what is returned is not to be used.
 */
export function readLimitSettings(
  environment: Readonly<Record<string, string | undefined>>,
  settings: CodeBudgetSettings,
  errors: string[],
  warnings: SettingWarning[],
): Limits {
  const limits = readLimits(environment, errors);
  const budget = codeBudget(settings);
  if (!budget) {
    errors.push(
      'CODE_GUESS_ODDS: with so many LIVE_CODES no wrong user code could be tried; lower one of them',
    );
    return limits as Limits;
  }
  if (budget.guesses < FEW_GUESSES) {
    warnings.push(settingWarning('few-guesses', { guesses: budget.guesses }));
  }
  return { ...limits, ...budget.limits };
}
