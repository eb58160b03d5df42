/** Words, or an address, that readers of several languages have in their own. */
import { tagFor } from './languages.ts';
import type { Reader } from './reader.ts';

/** One for all readers, or one for each language, of which the first is for those who read another one. */
export type Worded = string | Readonly<Record<string, string>>;

export function saidTo({ language }: Pick<Reader, 'language'>, words: Worded): string {
  if (typeof words === 'string') return words;
  const tag = tagFor(language, Object.keys(words));
  return tag === undefined ? saidToAll(words) : (words[tag] ?? '');
}

/** To operators and programs, whatever they read. */
export function saidToAll(words: Worded): string {
  return typeof words === 'string' ? words : (Object.values(words)[0] ?? '');
}
