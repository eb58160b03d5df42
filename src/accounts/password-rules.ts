import { CommonPasswords } from './common-passwords.ts';
import { isFamous } from './famous-passphrases.ts';
import type { HashingCaller } from './hashing-queue.ts';
import type { Weakness } from './password-strength.ts';
import { StrengthEstimator } from './strength-estimator.ts';

/** What a password stands for. `alone`: it is all that proves who the owner is; `one-of-two`: beside a second factor. */
export type PasswordRole = 'alone' | 'one-of-two';

/** Why a password is not taken. */
export type PasswordError =
  | 'missing'
  | 'too-short'
  | 'too-short-alone'
  | 'too-long'
  | 'too-common'
  | 'famous'
  | Weakness;

export interface PasswordVerdict {
  /** `undefined`: it is taken. */
  readonly error: PasswordError | undefined;
  /** 0 to 4 of 4. */
  readonly score: number;
}

/** Whose password it is, as far as others know it. */
interface PasswordOwner {
  readonly name: string;
  /** In its normal form, or as typed. */
  readonly email: string;
}

type InTurn = <T>(caller: HashingCaller, work: () => Promise<T>) => Promise<T>;

/** NIST SP 800-63B-4, 3.1.1.2: at least 15 characters alone and 8 with a second factor, and 10^8 or 10^6 guesses. */
const RULES: Readonly<Record<PasswordRole, { shortest: number; leastScore: number }>> = {
  alone: { shortest: 15, leastScore: 3 },
  'one-of-two': { shortest: 8, leastScore: 2 },
};

const MAX_LENGTH = 512;
/** Without the owner's own words, so many letters and digits have to be left. */
const LEAST_BESIDE_OWN_WORDS = 6;
const SHORTEST_OWN_WORD = 3;
const PRODUCT = 'latchkey';
/** One for all rules of the process: its word lists take 60 MB and half a second. */
const estimator = new StrengthEstimator();

/** What a new password has to be: long, and hard to guess. No rules of composition (ASVS 6.2.5), any character. */
export class PasswordRules {
  #common: Promise<CommonPasswords> | undefined;
  readonly #operatorWords: readonly string[];
  readonly #inTurn: InTurn;

  /**
   * @param operatorWords names of the operator's company and products: an attacker who knows the server tries them first
   * @param inTurn lets estimates wait in the line for hashing, so that callers take turns
   */
  constructor(operatorWords: readonly string[] = [], inTurn: InTurn = (_caller, work) => work()) {
    this.#operatorWords = operatorWords;
    this.#inTurn = inTurn;
  }

  /** @throws Busy when too many wait already */
  async judge(
    password: string,
    owner: PasswordOwner,
    role: PasswordRole,
    caller: HashingCaller,
  ): Promise<PasswordVerdict> {
    const words = ownWords(owner, this.#operatorWords);
    const error = await this.#errorAtSight(password, words, role);
    if (error) return { error, score: 0 };
    await estimator.start();
    const { score, weakness } = await this.#inTurn(caller, () => estimator.of(password, words));
    return { error: score < RULES[role].leastScore ? weakness : undefined, score };
  }

  /** Cheap, and so before anything is estimated. */
  async #errorAtSight(
    password: string,
    words: readonly string[],
    role: PasswordRole,
  ): Promise<PasswordError | undefined> {
    if (password === '') return 'missing';
    const normal = password.normalize('NFKC');
    const { length } = [...normal];
    if (length > MAX_LENGTH) return 'too-long';
    this.#common ??= CommonPasswords.load();
    if ((await this.#common).has(normal)) return 'too-common';
    if (isFamous(normal)) return 'famous';
    if (length < RULES[role].shortest) return role === 'alone' ? 'too-short-alone' : 'too-short';
    return isMadeOf(words, normal.toLowerCase()) ? 'own-words' : undefined;
  }
}

/** Whether a password that was right is long enough to stand alone. */
export function standsAlone(password: string): boolean {
  return [...password.normalize('NFKC')].length >= RULES.alone.shortest;
}

function ownWords({ name, email }: PasswordOwner, operatorWords: readonly string[]): string[] {
  const names = [name, ...operatorWords].flatMap((one) => [one, ...one.split(/\s+/)]);
  const words = [PRODUCT, email, ...names, ...email.split(/[@.+_-]/)];
  return [...new Set(words.map((word) => word.normalize('NFKC').trim().toLowerCase()))].filter(
    (word) => word.length >= SHORTEST_OWN_WORD,
  );
}

/** Own words, and little else; the longest go first, so that `ada` leaves nothing of `adalovelace`. */
function isMadeOf(words: readonly string[], password: string): boolean {
  const longestFirst = [...words].sort((one, other) => other.length - one.length);
  const rest = longestFirst.reduce((left, word) => left.replaceAll(word, ''), password);
  return rest !== password && [...rest.replace(/[\s\p{P}]/gu, '')].length < LEAST_BESIDE_OWN_WORDS;
}
