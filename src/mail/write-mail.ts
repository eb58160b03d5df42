/** Mails and text messages are written from templates in `views/mail`, where their words are. */
import { join } from 'node:path';
import { Eta } from 'eta';
import type { PlainKey, Reader } from '../words/reader.ts';
import type { Mail } from './mail.ts';

const VIEWS = join(import.meta.dirname, '../../views/mail');

const MISSING = 'a mail lacks one of its facts';

type Facts = Readonly<Record<string, unknown>>;

const engines = { text: engineFor(textOf), html: engineFor(htmlOf) } as const;

/** RFC 5322 section 2.1.1 recommends 78 characters for a line. */
const LINE = 76;

/**
 * A mail: its subject, its text, and the same in HTML.
 * @param template a file in `views/mail`, without its ending
 * @param facts all that the template and its messages ask for
 * @param reader in whose language it is written
 * @throws where the template shows a fact that is not given: a mail never says "undefined"
 */
export function writeMail(template: string, to: string, facts: Facts, reader: Reader): Mail {
  const [subject = '', ...lines] = render(template, 'text', facts, reader).split('\n');
  if (subject === '') throw new TypeError(`the mail ${template} has no subject`);
  const text = lines
    .flatMap(wrapped)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  const html = render(template, 'html', facts, reader).replace(/\n{2,}/g, '\n');
  return { template, to, subject, text: `${text}\n`, html };
}

/** Words of strangers stand between these (`parts/facts.eta`). */
const ISOLATE = '\u2068';

/** Broken at spaces; an address stays whole. What strangers wrote stays in its line: no line begins with their words. */
function wrapped(line: string): string[] {
  if (line.includes(ISOLATE)) return [line];
  const lines = [''];
  for (const word of line.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= LINE) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A text message from its template in `views/mail/texts`. */
export function writeText(template: string, facts: Facts, reader: Reader): string {
  return render(`./texts/${template}`, 'text', facts, reader).trim();
}

function render(template: string, form: keyof typeof engines, facts: Facts, reader: Reader): string {
  const { language, direction } = reader;
  const t = (key: PlainKey, values?: Facts) => messageFor(reader, key, values);
  return engines[form].render(template, complete({ ...facts, form, t, language, direction }));
}

/** Templates name messages that a test holds against the catalogue, and give all facts to each. */
function messageFor(reader: Reader, key: PlainKey, values: Facts = {}): string {
  try {
    return (reader.t as (name: PlainKey, values: Facts) => string).call(reader, key, values);
  } catch (cause) {
    throw new TypeError(MISSING, { cause });
  }
}

/** Throws for a fact that was not given, wherever a template uses it. */
function complete<T extends object>(facts: T): T {
  return new Proxy(facts, {
    get(given, name) {
      if (typeof name === 'string' && !Object.hasOwn(given, name)) throw new TypeError(MISSING);
      return Reflect.get(given, name);
    },
  });
}

/** Lines of a template stand in the mail as they are, but for those that hold nothing but a tag that ends in `-%>`. */
function engineFor(show: (value: unknown) => string): Eta {
  return new Eta({ views: VIEWS, cache: true, autoTrim: false, escapeFunction: show, varName: 'it' });
}

function textOf(value: unknown): string {
  if (value === undefined) throw new TypeError(MISSING);
  return String(value);
}

/** Every value is text: whatever could be mark-up is written as a number (`&#38;`). */
function htmlOf(value: unknown): string {
  return textOf(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
