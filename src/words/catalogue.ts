/** The messages of each language, as `locales/<tag>/*.json` has them: ICU MessageFormat, by room of pages. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import type { MessageArguments } from '../../locales/arguments.d.ts';
import { PSEUDO_TAGS, pseudoMessage } from './pseudo.ts';

export type MessageKey = keyof MessageArguments;

const LOCALES = join(import.meta.dirname, '../../locales');

/** Of every message the original, in which a message is shown that a language lacks. */
const SOURCE = 'en';

const TAGS: readonly string[] = tagsOfFolders();
/** Those of which a message was asked for: the others would only take memory. */
const catalogues = new Map<string, ReadonlyMap<string, string>>();

/** Every language that there are messages in, and those of tests. */
export const KNOWN_LANGUAGES: readonly string[] = [...TAGS, ...PSEUDO_TAGS];

function tagsOfFolders(): string[] {
  return readdirSync(LOCALES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function catalogueOf(tag: string): ReadonlyMap<string, string> | undefined {
  const known = catalogues.get(tag);
  if (known || !TAGS.includes(tag)) return known;
  const read = readMessages(tag);
  catalogues.set(tag, read);
  return read;
}

function readMessages(tag: string): ReadonlyMap<string, string> {
  const files = readdirSync(join(LOCALES, tag)).filter((name) => name.endsWith('.json'));
  return new Map(
    files.flatMap((name) =>
      Object.entries(JSON.parse(readFileSync(join(LOCALES, tag, name), 'utf8')) as Record<string, string>),
    ),
  );
}

/** Kept once it was made: a message is parsed when it is first shown. */
const compiled = new Map<string, IntlMessageFormat>();

/** The message in this language, else in the one that it is a kind of, else in English. */
export function messageOf(tag: string, key: MessageKey): IntlMessageFormat {
  const name = `${tag} ${key}`;
  const found = compiled.get(name) ?? compile(tag, key);
  compiled.set(name, found);
  return found;
}

function compile(tag: string, key: MessageKey): IntlMessageFormat {
  if (PSEUDO_TAGS.includes(tag)) return pseudoMessage(tag, compile(SOURCE, key));
  for (const language of [tag, tag.split('-')[0] ?? tag, SOURCE]) {
    const text = catalogueOf(language)?.get(key);
    if (text !== undefined) return new IntlMessageFormat(text, localeOf(language));
  }
  throw new TypeError(`no message ${key}`);
}

/** For `Intl`: English of ours has the day before the month. */
export function localeOf(tag: string): string {
  if (tag === SOURCE || tag === 'en-XA') return 'en-GB';
  return tag === 'ar-XB' ? 'ar' : tag;
}
