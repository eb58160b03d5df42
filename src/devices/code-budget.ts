/**
 * How many wrong user codes all people together may try while one code lives (RFC 8628 section 5.1).
 *
 * A guess hits some live code with a chance of live codes / 20^8. So that all guesses in the life of a code hit
 * one with a chance of at most 1 in `odds`, there may be 20^8 / (live codes × odds) of them: with 10,000 live
 * codes and odds of 250, 10,240.
 *
 * An account's first wrong code and its further ones have a half each: whoever mistypes for the first time does
 * not wait behind a thousand accounts that guess. Half of each half is free at once, the other in turn, so that
 * nobody is shut out when the free ones are used up. A code's life touches two spans, which share the number.
 */
import type { GuessPace } from '../accounts/attempt-store.ts';
import type { ComputedLimitName } from '../accounts/limits.ts';
import { USER_CODES } from './user-code.ts';

export interface CodeBudgetSettings {
  /** As many as may live at once. */
  readonly liveCodes: number;
  /** milliseconds */
  readonly lifetime: number;
  /** One in so many lifetimes may see a hit. */
  readonly odds: number;
}

export interface CodeBudget {
  /** Wrong codes of everybody in the life of one code, at most. */
  readonly guesses: number;
  readonly limits: Readonly<Record<ComputedLimitName, GuessPace>>;
}

/** Two spans, two halves, two ways to take one. */
const SHARES = 8;

export function codeBudget({ liveCodes, lifetime, odds }: CodeBudgetSettings): CodeBudget {
  const share = Math.max(1, Math.floor(USER_CODES / (liveCodes * odds) / SHARES));
  const turn = Math.ceil(lifetime / share);
  const half: GuessPace = { free: share, firstDelay: turn, highestDelay: turn, memory: lifetime };
  const first: GuessPace = { free: 1, firstDelay: lifetime, highestDelay: lifetime, memory: lifetime };
  return {
    guesses: share * SHARES,
    limits: { CODE_FIRST: first, CODE_ALL_FIRST: half, CODE_ALL_FURTHER: half },
  };
}
