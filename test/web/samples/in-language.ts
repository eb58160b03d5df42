/** Samples name what routes bring in English; here they stand in the language that is asked for, as a route brings them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { placeWords } from '../../../src/alerts/event-labels.ts';
import type { View } from '../../../src/web/pages/view.ts';
import { languageName } from '../../../src/words/languages.ts';
import type { PlainKey, Reader } from '../../../src/words/reader.ts';

/** What routes word: an answer, a row and what it leads to, what happened, what an app may do. */
const WORDED = new Set([
  ...['notice', 'label', 'state', 'action', 'title', 'words', 'why', 'always', 'abilities'],
]);
const ENGLISH = join(import.meta.dirname, '../../../locales/en');

const messages = readdirSync(ENGLISH)
  .flatMap((file) =>
    Object.entries(JSON.parse(readFileSync(join(ENGLISH, file), 'utf8')) as Record<string, string>),
  )
  .filter(([, words]) => !words.includes('<'));

/** The message of which these are the words in English. Of two with the same words the last. */
const PLAIN = new Map(
  messages.filter(([, words]) => !words.includes('{')).map(([key, words]) => [words, key as PlainKey]),
);

const escaped = (words: string) => words.replaceAll(/[.?()]/g, '\\$&');
/** Messages of events and rows that name one thing, as expressions that find it. */
const NAMING = messages
  .map(([key, words]) => ({
    key,
    found: /^(?:events|accounts[.]settings)/.test(key)
      ? /^([^{}]*)[{](\w+)(, number)?[}]([^{}]*)$/.exec(words)
      : null,
  }))
  .flatMap(({ key, found }) => {
    const [, before = '', name = '', number, after = ''] = found ?? [];
    if ((before + after).length < 10) return [];
    return {
      key,
      name,
      isNumber: number !== undefined,
      shape: RegExp(`^${escaped(before)}(.+)${escaped(after)}$`),
    };
  });

export function inLanguageOf(reader: Reader, view: View): View {
  return translated(reader, view, '') as View;
}

function translated(reader: Reader, value: unknown, field: string): unknown {
  if (typeof value === 'string')
    return WORDED.has(field) ? worded(reader, value, field) : programIn(reader, value);
  if (Array.isArray(value)) return value.map((one) => translated(reader, one, field));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  // The language that the page is in is the one that was chosen.
  const chosen = 'isChosen' in value && 'tag' in value ? { isChosen: value.tag === reader.language } : {};
  const words = Object.entries(value).map(([name, one]) => [name, translated(reader, one, name)]);
  return { ...Object.fromEntries(words), ...chosen };
}

/** A browser, and from where it came. */
const PROGRAM = /^(Chrome|Firefox|Safari) on (\w+)(?:, ([\d.:a-f]+))?$/;

function programIn(reader: Reader, words: string): string {
  const [, browser, system, address] = PROGRAM.exec(words) ?? [];
  if (browser === undefined || system === undefined) return words;
  const program = reader.running(reader.t('common.browser-on', { browser, system }));
  return address === undefined ? program : placeWords(reader, program, address);
}

function worded(reader: Reader, words: string, field: string): string {
  if (words === 'Set' && field === 'state') return reader.t('security.row.set');
  if (words === 'None' && field === 'state') return reader.t('security.row.none');
  if (words === languageName('en')) return languageName(reader.language);
  const [, quoted] = /^“(.*)”$/.exec(words) ?? [];
  if (quoted !== undefined) return reader.t('common.quoted', { words: quoted });
  const key = PLAIN.get(words);
  if (key !== undefined) return reader.t(key);
  for (const message of NAMING) {
    const [, named] = message.shape.exec(words) ?? [];
    if (named === undefined) continue;
    const given = message.isNumber ? Number(named) : worded(reader, named, field);
    return (reader.t as (key: string, values: object) => string).call(reader, message.key, {
      [message.name]: given,
    });
  }
  return programIn(reader, words);
}
