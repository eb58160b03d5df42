import type { AccountId } from '../accounts/account.ts';
import type { Count, Leave, Limiter } from '../limits/limiter.ts';
import { networkOf } from '../net/network.ts';
import type { FactorKind } from './factor.ts';

export interface FactorGuesser {
  readonly accountId: AccountId;
  /** Of a browser that is known for this very account, or signed in. */
  readonly knownBrowser: string | undefined;
  /** The first step was a link or a code from the owner's mailbox. */
  readonly byMail: boolean;
  readonly address: string;
}

/**
 * Leave to evaluate one code. Who guesses in an unknown browser knows the password: all of these share the counters of
 * an account, since 3 codes of 1,000,000 are right at a time. So what a right one of the owner needs is counted apart: in
 * browsers that are known, behind the owner's mailbox, and for backup codes, of which 10 in 2^60 are right.
 */
export class SecondStepLimits {
  readonly #limiter: Limiter;

  constructor(limiter: Limiter) {
    this.#limiter = limiter;
  }

  take(guesser: FactorGuesser, kind: FactorKind): Promise<Leave> {
    return this.#limiter.take(countsOf(guesser, kind));
  }

  /** The code was right: the wrong ones before it are forgotten. */
  right(guesser: FactorGuesser, kind: FactorKind): Promise<void> {
    return this.#limiter.clear(countsOf(guesser, kind));
  }

  /**
   * The password is another one: what was guessed by who knew the one before is forgotten. Not what was guessed in a
   * row, nor behind the mailbox: who reads the mailbox alone must not guess on for ever by changing the password.
   */
  passwordChanged({ accountId }: Pick<FactorGuesser, 'accountId'>): Promise<void> {
    return this.#limiter.clear([['SECOND_STEP_STRANGER', strangersOf(accountId)]]);
  }
}

const strangersOf = (accountId: AccountId) => `${accountId}::code`;

function countsOf({ accountId, knownBrowser, byMail, address }: FactorGuesser, kind: FactorKind): Count[] {
  const backup = kind === 'backup-codes';
  if (knownBrowser !== undefined) {
    const who = `${accountId}:${knownBrowser}:${backup ? kind : 'code'}`;
    return withRow('SECOND_STEP_BROWSER', who);
  }
  if (backup) return withRow('SECOND_STEP_BACKUP', `${accountId}:${networkOf(address)}:${kind}`);
  if (byMail) return withRow('SECOND_STEP_MAIL', `${accountId}:mail:code`);
  return withRow('SECOND_STEP_STRANGER', strangersOf(accountId));
}

function withRow(
  limit: 'SECOND_STEP_BROWSER' | 'SECOND_STEP_BACKUP' | 'SECOND_STEP_MAIL' | 'SECOND_STEP_STRANGER',
  who: string,
): Count[] {
  return [
    [limit, who],
    ['SECOND_STEP_IN_A_ROW', who],
  ];
}

/** Each class of askers has text messages of its own, as it has guesses: a stranger does not use up an owner's. */
export function textClassOf({
  knownBrowser,
  byMail,
}: Pick<FactorGuesser, 'knownBrowser' | 'byMail'>): string {
  if (knownBrowser !== undefined) return 'known';
  return byMail ? 'mail' : '';
}
