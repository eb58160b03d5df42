import type { AccountId } from '../account.ts';
import type { Count, Leave, Limiter } from '../limiter.ts';
import type { FactorKind } from './factor.ts';

export interface FactorGuesser {
  readonly accountId: AccountId;
  /** Of a browser that is known for this very account. */
  readonly knownBrowser: string | undefined;
  readonly address: string;
}

/**
 * Leave to evaluate one code. Unknown browsers of all networks share the counters of an account, since who guesses
 * here knows the password; known ones have counters of their own, so that nobody can use up the owner's tries.
 */
export class SecondStepLimits {
  readonly #limiter: Limiter;

  constructor(limiter: Limiter) {
    this.#limiter = limiter;
  }

  /** Backup codes are counted by themselves: they are the way in where others are exhausted. */
  take(guesser: FactorGuesser, kind: FactorKind): Promise<Leave> {
    return this.#limiter.take(countsOf(guesser, kind));
  }

  /** The code was right: the wrong ones before it are forgotten. */
  right(guesser: FactorGuesser, kind: FactorKind): Promise<void> {
    return this.#limiter.clear(countsOf(guesser, kind));
  }
}

function countsOf({ accountId, knownBrowser }: FactorGuesser, kind: FactorKind): Count[] {
  const who = `${accountId}:${knownBrowser ?? ''}:${kind === 'backup-codes' ? kind : 'code'}`;
  return [
    [knownBrowser === undefined ? 'SECOND_STEP_STRANGER' : 'SECOND_STEP_BROWSER', who],
    ['SECOND_STEP_IN_A_ROW', who],
  ];
}
