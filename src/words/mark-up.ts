/** What of a message is mark-up, and what is words: everything is words that is not said to be mark-up by us. */
import type { IntlMessageFormat } from 'intl-messageformat';

/** Mark-up of ours, that goes into a page as it is. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark);
}

/** Words of a device, an app or a person, which may run in the other direction. @param names of classes */
export function isolated(words: string, names = ''): Html {
  return new Html(`<bdi${names && ` class="${escapeHtml(names)}"`}>${escapeHtml(words)}</bdi>`);
}

/** What a message may mark: `<b>`, `<em>`, `<code>`, `<soft>`, `<hidden>` (read out, and not seen), and `<a>` and `<a2>`, which lead to `href` and `href2`. */
const MARKS: Readonly<Record<string, readonly [open: string, close: string]>> = {
  b: ['<strong>', '</strong>'],
  code: ['<code>', '</code>'],
  em: ['<em>', '</em>'],
  soft: ['<span class="soft">', '</span>'],
  hidden: ['<span class="visually-hidden">', '</span>'],
};

type Chunks = readonly unknown[];

const htmlOf = (part: unknown) => (part instanceof Html ? part.text : escapeHtml(String(part)));

/** The marks as functions, as the formatter calls them. */
const marks = Object.fromEntries(
  Object.entries(MARKS).map(([name, [open, close]]) => [
    name,
    (chunks: Chunks) => new Html(`${open}${chunks.map(htmlOf).join('')}${close}`),
  ]),
);

/** In plain words a mark leaves no trace. */
const plainMarks = Object.fromEntries(
  [...Object.keys(MARKS), 'a', 'a2'].map((name) => [name, (chunks: Chunks) => chunks.join('')]),
);

export type Values = Readonly<Record<string, unknown>>;

/** The message as plain words. */
export function wordsOf(message: IntlMessageFormat, values: Values): string {
  return String(message.format({ ...plainMarks, ...values } as Parameters<IntlMessageFormat['format']>[0]));
}

/** The message as mark-up: what it is given is escaped, and stands apart where it is words of a device, an app or a person. */
export function htmlOfMessage(message: IntlMessageFormat, { href, href2, ...values }: Values): string {
  const given = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' && !isChoice(message, name) ? isolated(value) : value,
  ]);
  const linkTo = (address: unknown) => (chunks: Chunks) =>
    new Html(`<a href="${escapeHtml(String(address))}">${chunks.map(htmlOf).join('')}</a>`);
  const parts = message.formatToParts<Html>({
    ...marks,
    a: linkTo(href),
    a2: linkTo(href2),
    ...Object.fromEntries(given),
  });
  return parts.map(({ value }) => htmlOf(value)).join('');
}

/** Of each message the arguments that choose between its words, and are none of them. */
const choices = new WeakMap<IntlMessageFormat, ReadonlySet<string>>();

function isChoice(message: IntlMessageFormat, name: string): boolean {
  const found = choices.get(message) ?? new Set(choicesIn(message.getAst()));
  choices.set(message, found);
  return found.has(name);
}

type Elements = ReturnType<IntlMessageFormat['getAst']>;

function choicesIn(elements: Elements): string[] {
  return elements.flatMap((element) => {
    if ('children' in element) return choicesIn(element.children);
    if (!('options' in element) || !element.options || !('value' in element)) return [];
    const options = Object.values(element.options as object) as { value?: Elements }[];
    return [element.value, ...options.flatMap(({ value }) => (Array.isArray(value) ? choicesIn(value) : []))];
  });
}
