/**
 * Limits on guessing user codes (RFC 8628 section 5.1). Wrong codes are counted for the account, for its
 * browser and over all, where one network has a share that shrinks; from an account's third on for the network as
 * well. So an owner who mistyped at most once is not held up by what neighbours of the network guessed. A right
 * code costs nothing, but neither does it wipe out wrong ones: an attacker gets a right code by starting a device.
 */

import type { Session } from '../accounts/session.ts';
import { type Count, type Limiter, orGiveBack } from '../limits/limiter.ts';
import type { LimitName } from '../limits/limits.ts';

export type Guess<T> =
  | { readonly outcome: 'right'; readonly value: T }
  | { readonly outcome: 'wrong' }
  | { readonly outcome: 'wait'; readonly milliseconds: number; readonly limit: LimitName };

export class CodeLimits {
  readonly #limiter: Limiter;

  constructor(limiter: Limiter) {
    this.#limiter = limiter;
  }

  /** Evaluates one guess if all limits allow it. */
  async guess<T>(
    { accountId, uid }: Session,
    address: string,
    find: () => Promise<T | undefined>,
  ): Promise<Guess<T>> {
    const own: Count[] = [
      ['CODE_ACCOUNT', accountId],
      ['CODE_BROWSER', uid],
    ];
    const first = await this.#limiter.take([['CODE_FIRST', accountId]]);
    const shared: Count[] =
      first.outcome === 'evaluate'
        ? [['CODE_ALL_FIRST', address]]
        : [
            ['CODE_NETWORK', address],
            ['CODE_ALL_FURTHER', address],
          ];
    const giveBackFirst = async () => {
      if (first.outcome === 'evaluate') await first.giveBack();
    };
    const leave = await orGiveBack(giveBackFirst, this.#limiter.take([...own, ...shared]));
    if (leave.outcome === 'wait') {
      await giveBackFirst();
      return leave;
    }
    const giveBack = () => Promise.all([leave.giveBack(), giveBackFirst()]);
    const value = await orGiveBack(giveBack, find());
    if (value === undefined) return { outcome: 'wrong' };
    await giveBack();
    return { outcome: 'right', value };
  }
}
