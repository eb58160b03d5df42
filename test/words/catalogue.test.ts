/** The messages of `locales/`, against each other and against what uses them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  ARGUMENTS_FILE,
  argumentsIn,
  argumentTypes,
  elementsOf,
  LANGUAGES,
  messagesOf,
} from '../support/message-arguments.ts';

const ROOT = join(import.meta.dirname, '../..');
const ENGLISH = messagesOf('en');
const OTHERS = LANGUAGES.filter((tag) => tag !== 'en');

/** Of a template or a source, with what is put into names at run time as any word. */
const USES = ['views', 'src']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      // Types of webhooks are named alike, and are for programs.
      .filter(
        (entry) => entry.isFile() && /\.(eta|ts)$/.test(entry.name) && !/webhooks$/.test(entry.parentPath),
      )
      .map((entry) => ({ folder, path: join(entry.parentPath, entry.name) })),
  )
  .map(({ folder, path }) => ({ folder, text: readFileSync(path, 'utf8') }));

const ROOMS = [...new Set(ENGLISH.map(({ file }) => file.replace('.json', '')))];
const KEY = new RegExp(`['\`]((?:${ROOMS.join('|')})\\.(?:[a-z0-9_.-]|\\$\\{[^}]+\\})+)['\`]`, 'g');

function keysIn(text: string): string[] {
  // What ends as a file does is the name of one.
  return [...text.matchAll(KEY)].flatMap(([, key = '']) => (/\.(css|ts|js|svg|json)$/.test(key) ? [] : key));
}

describe('the messages', () => {
  it('are found, in every language served by default', () => {
    expect(LANGUAGES).toEqual(expect.arrayContaining(['en', 'de', 'es']));
    expect(ENGLISH.length).toBeGreaterThan(100);
  });

  it('stand in the file that their name begins with, each once', () => {
    const keys = ENGLISH.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(ENGLISH.filter(({ file, key }) => !key.startsWith(file.replace('json', '')))).toEqual([]);
  });

  it('that a template shows are there, and all that are there are shown', () => {
    const known = new Set<string>(ENGLISH.map(({ key }) => key));
    const used = USES.flatMap(({ text }) => keysIn(text));
    const whole = used.filter((key) => !key.includes('$'));
    // In TypeScript the compiler sees to that, and other things have names with dots as well.
    const shown = USES.flatMap(({ folder, text }) => (folder === 'views' ? keysIn(text) : []));
    expect(shown.filter((key) => !key.includes('$') && !known.has(key))).toEqual([]);
    const patterns = used
      .filter((key) => key.includes('$'))
      .map((key) => new RegExp(`^${key.replace(/\$\{[^}]+\}/g, '[\\w-]+').replaceAll('.', '\\.')}$`));
    const unused = [...known].filter(
      (key) => !whole.includes(key) && !patterns.some((pattern) => pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });

  it('have the types that `npm run words` writes', () => {
    expect(readFileSync(ARGUMENTS_FILE, 'utf8')).toBe(argumentTypes());
  });

  it('hold no apostrophe of the keyboard, which would begin a quotation in ICU', () => {
    const all = LANGUAGES.flatMap((tag) => messagesOf(tag).map((message) => ({ tag, ...message })));
    expect(all.filter(({ text }) => text.includes("'"))).toEqual([]);
  });

  it('write e‑mail with a hyphen at which no line breaks', () => {
    const all = LANGUAGES.flatMap((tag) => messagesOf(tag).map((message) => ({ tag, ...message })));
    expect(all.filter(({ text }) => /e-mail/i.test(text))).toEqual([]);
  });
});

describe.each(OTHERS)('in %s', (tag) => {
  const messages = new Map(messagesOf(tag).map((message) => [message.key, message]));

  it('every message is there, in the same file, and none besides', () => {
    const place = ({ file, key }: { file: string; key: string }) => `${file} ${key}`;
    expect(messagesOf(tag).map(place).sort()).toEqual(ENGLISH.map(place).sort());
  });

  it('each asks for the same, and marks the same', () => {
    const asked = (text: string, language: string) =>
      [...new Set(argumentsIn(elementsOf(text, language)).map(({ kind, name }) => `${kind} ${name}`))].sort();
    const differ = ENGLISH.flatMap(({ key, text }) => {
      const translated = messages.get(key)?.text;
      if (translated === undefined) return [];
      const [here, there] = [asked(translated, tag), asked(text, 'en')];
      // What English needs for its grammar alone, a choice by the kind of device, others need not have.
      const needed = there.filter((one) => !/^(choice|number) /.test(one));
      const isSame = here.every((one) => there.includes(one)) && needed.every((one) => here.includes(one));
      return isSame ? [] : [`${key}: ${here.join()} instead of ${there.join()}`];
    });
    expect(differ).toEqual([]);
  });

  it('each choice has what the original chooses from, and the plurals that the language has', () => {
    const plurals = new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
    const chosen = new Map(
      ENGLISH.map(({ key, text }) => [key, new Set(choicesIn(text, 'en').flatMap(({ options }) => options))]),
    );
    const wrong = [...messages.values()].flatMap(({ key, text }) =>
      choicesIn(text, tag).flatMap(({ kind, name, options }) => {
        const missing =
          kind === 'number'
            ? plurals.filter((category) => !options.includes(category))
            : options.filter((option) => !chosen.get(key)?.has(option));
        return missing.length > 0 ? [`${key}: ${name}: ${missing.join()}`] : [];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('no words of the original are left, but those that are the same', () => {
    const same = ENGLISH.filter(
      ({ key, text }) =>
        messages.get(key)?.text === text &&
        !SAME[tag]?.includes(text) &&
        /[a-z]{3}/i.test(withoutNames(text)),
    );
    expect(same.map(({ key }) => key)).toEqual([]);
  });
});

/** Words that are the same in both languages. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  de: [
    '<soft>{time} · </soft>Details',
    'App',
    'Browser',
    'Code',
    'Passkey',
    'Passkeys',
    'Name',
    'Person',
    '{time} UTC',
  ],
  es: ['App', 'Error: {title}', '<hidden>Error: </hidden>{message}', '{time} UTC'],
  fr: ['Code', 'Notifications', 'Protection', '{time} UTC'],
  'pt-BR': ['App', '{time} UTC'],
  ja: ['{time} UTC'],
  ar: ['{time} UTC'],
};

const withoutNames = (text: string) => text.replace(/\{\w+\}|<\/?\w+>/g, '');

function choicesIn(text: string, tag: string) {
  return argumentsIn(elementsOf(text, tag)).filter(({ options }) => options.length > 0);
}
