/**
 * How many wrong user codes all people together may try while one code lives (RFC 8628 section 5.1).
 *
 * A guess hits some live code with a chance of live codes / 20^8. So that all guesses in the life of a code hit
 * one with a chance of at most 1 in `odds`, there may be 20^8 / (live codes × odds) of them: with 10,000 live
 * codes and odds of 250, 10,240.
 *
 * An account's first two guesses have three quarters of them, further ones the rest: an owner who has not mistyped, or
 * once, does not wait behind a thousand accounts that guess. Of each, one part is free at once and the other in
 * turn, so that no owner is shut out when the free ones are used up. Of the free ones one network has at most a
 * sixteenth, and less as they go (`countShare.lua`); beyond it, it takes turns. A code's life touches two spans, which
 * share the number.
 */

import type { GuessPace } from './attempt-store.ts';
import type { ComputedLimitName } from './limits.ts';
import { USER_CODES } from './user-code-space.ts';

export interface CodeBudgetSettings {
  /** As many as may live at once. */
  readonly liveCodes: number;
  /** milliseconds */
  readonly lifetime: number;
  /** One in so many lifetimes may see a hit. */
  readonly odds: number;
}

interface CodeBudget {
  /** Wrong codes of all accounts in the life of one code, at most. */
  readonly guesses: number;
  readonly limits: Readonly<Record<ComputedLimitName, GuessPace>>;
}

/** How many guesses of one account are its first ones. */
const FIRST = 2;

/** In each of two spans: first guesses have two at once and one in turn, further ones a half of each. */
const SHARES = 8;

/** @returns `undefined` when fewer than a handful are left: too few to run a server with */
export function codeBudget({ liveCodes, lifetime, odds }: CodeBudgetSettings): CodeBudget | undefined {
  const share = Math.floor(USER_CODES / (liveCodes * odds) / SHARES);
  if (share < 2) return undefined;
  const half = Math.floor(share / 2);
  const pace = (free: number, inTurn: number): GuessPace => {
    // The first turn comes at once.
    const turn = inTurn > 1 ? Math.ceil(lifetime / (inTurn - 1)) : lifetime + 1;
    return { free, firstDelay: turn, highestDelay: turn, memory: lifetime };
  };
  return {
    guesses: 2 * (3 * share + 2 * half),
    limits: {
      CODE_FIRST: { free: FIRST, firstDelay: lifetime, highestDelay: lifetime, memory: lifetime },
      CODE_ALL_FIRST: pace(2 * share, share),
      CODE_ALL_FURTHER: pace(half, half),
    },
  };
}
