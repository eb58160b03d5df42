import { randomInt } from 'node:crypto';

/**
 * A number that the device shows, and that the owner who links it picks out of three. An owner whom a stranger leads
 * through the pages does not see the stranger's device (RFC 10027). Picking a wrong one denies the code.
 */
export interface NumberMatch {
  readonly number: number;
  /** All three, in the order in which the page offers them. */
  readonly choices: readonly number[];
}

const LEAST = 10;
const BEYOND = 100;

export function newNumberMatch(): NumberMatch {
  const numbers = new Set<number>();
  while (numbers.size < 3) numbers.add(randomInt(LEAST, BEYOND));
  const choices = [...numbers].sort((one, other) => one - other);
  return { number: choices[randomInt(3)] ?? LEAST, choices };
}

/** What was kept with a code, or `undefined` where its app wants no number. */
export function readNumberMatch(kept: unknown): NumberMatch | undefined {
  const { number, choices } = (kept ?? {}) as { number?: unknown; choices?: unknown };
  const isWhole = typeof number === 'number' && Array.isArray(choices) && choices.includes(number);
  return isWhole ? { number, choices: choices.map(Number) } : undefined;
}
