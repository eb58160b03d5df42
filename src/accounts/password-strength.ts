import { type FeedbackType, type OptionsType, ZxcvbnFactory } from '@zxcvbn-ts/core';
import * as common from '@zxcvbn-ts/language-common';
import * as english from '@zxcvbn-ts/language-en';
import { famousPassphrases } from './famous-passphrases.ts';

/**
 * So much of a password is looked at: an attacker has to guess the beginning, too, and a stranger cannot keep this
 * server busy with a long one.
 */
const LOOKED_AT = 32;
/** Letters replaced by look-alikes are undone in so many ways; each way costs time, and few bring anything. */
const SUBSTITUTIONS = 8;

/** Shorter pieces between spaces are no words, and what separates them may be as good as anything. */
const SHORTEST_WORD = 3;

/** Why a password is easy to guess. */
export type Weakness =
  | 'repeats'
  | 'sequence'
  | 'keyboard'
  | 'dates'
  | 'names'
  | 'single-word'
  | 'like-common'
  | 'own-words'
  | 'guessable';

export interface Strength {
  /** From 0, guessed at once, to 4: more than 10^10 guesses. */
  readonly score: 0 | 1 | 2 | 3 | 4;
  readonly weakness: Weakness;
}

type Warning = keyof NonNullable<OptionsType['translations']>['warnings'];

const WEAKNESSES: Readonly<Record<Warning, Weakness>> = {
  straightRow: 'keyboard',
  keyPattern: 'keyboard',
  simpleRepeat: 'repeats',
  extendedRepeat: 'repeats',
  sequences: 'sequence',
  recentYears: 'dates',
  dates: 'dates',
  topTen: 'like-common',
  topHundred: 'like-common',
  common: 'like-common',
  similarToCommon: 'like-common',
  wordByItself: 'single-word',
  namesByThemselves: 'names',
  commonNames: 'names',
  userInputs: 'own-words',
  pwned: 'like-common',
};

/** How many guesses a password stands against an attacker who knows how people choose. */
export class PasswordStrength {
  readonly #estimator: ZxcvbnFactory;

  /** Takes half a second: made once, when the server starts. */
  constructor() {
    this.#estimator = new ZxcvbnFactory({
      dictionary: { ...common.dictionary, ...english.dictionary, famous: [...famousPassphrases] },
      graphs: common.adjacencyGraphs,
      translations: named(english.translations),
      l33tMaxSubstitutions: SUBSTITUTIONS,
      maxLength: LOOKED_AT,
    });
  }

  /** @param ownWords of the account and of this server: an attacker who knows the owner tries them first */
  of(password: string, ownWords: readonly string[]): Strength {
    const normal = password.normalize('NFKC');
    const whole = this.#estimate(normal, ownWords);
    // Who guesses words in a row guesses them with spaces between as well: those make nothing stronger.
    const words = normal.split(/[\s\p{P}]+/u).filter(Boolean);
    if (whole.score === 0 || words.length < 2 || words.some(({ length }) => length < SHORTEST_WORD))
      return whole;
    const closer = this.#estimate(words.join(''), ownWords);
    return closer.score < whole.score ? closer : whole;
  }

  #estimate(password: string, ownWords: readonly string[]): Strength {
    const { score, feedback } = this.#estimator.check(password.slice(0, LOOKED_AT), [...ownWords]);
    return { score, weakness: weaknessOf(feedback) };
  }
}

function weaknessOf({ warning }: FeedbackType): Weakness {
  return (warning && WEAKNESSES[warning as Warning]) || 'guessable';
}

/** The estimator answers with the names of its sentences: the words are ours, and stand with the pages. */
function named(translations: typeof english.translations): typeof english.translations {
  const names = <T extends object>(group: T): T =>
    Object.fromEntries(Object.keys(group).map((name) => [name, name])) as T;
  return {
    warnings: names(translations.warnings),
    suggestions: names(translations.suggestions),
    timeEstimation: translations.timeEstimation,
  };
}
