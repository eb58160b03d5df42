import type { AccountId } from '../accounts/account.ts';
import type { FactorStore } from './factor-store.ts';

/**
 * `met`: nothing is missing. `set-up`: the account has no second step, and its owner sets one up before anything else.
 * `sign-in-again`: the account has got one since this browser signed in, and the browser has not proved it.
 */
export type TwoStepStanding = 'met' | 'set-up' | 'sign-in-again';

/** What a signed-in browser has proved. */
interface ProvedBrowser {
  readonly accountId: AccountId;
  /** How (RFC 8176). */
  readonly amr: readonly string[];
  /** When, seconds since 1970. */
  readonly authTime: number;
}

/** Two-step verification for every owner, where the operator demands it (ASVS 6.3.3). */
export class TwoStepDemand {
  readonly #factors: Pick<FactorStore, 'list'>;
  /** Whether it is demanded at all. */
  readonly isMade: boolean;

  constructor(factors: Pick<FactorStore, 'list'>, isMade: boolean) {
    this.#factors = factors;
    this.isMade = isMade;
  }

  /**
   * Asked anew at each request: factors come and go. A browser that signed in without a second step after the account
   * had one is one that its owner trusts; one that did so before may belong to a stranger who knows the password.
   * @throws StoreUnavailable
   */
  async standingOf({ accountId, amr, authTime }: ProvedBrowser): Promise<TwoStepStanding> {
    if (!this.isMade) return 'met';
    const factors = await this.#factors.list(accountId);
    if (factors.length === 0) return 'set-up';
    if (amr.includes('mfa')) return 'met';
    const since = Math.min(...factors.map(({ createdAt }) => createdAt));
    return authTime * 1000 > since ? 'met' : 'sign-in-again';
  }
}
