/**
 * Two languages that no person speaks, made of the English messages, for those who write pages. `en-XA` has accents,
 * brackets and two letters for every vowel: what stands without them is in no catalogue, and what is cut off would be in
 * German. `ar-XB` runs from right to left.
 */
import { IntlMessageFormat } from 'intl-messageformat';

export const PSEUDO_TAGS: readonly string[] = ['en-XA', 'ar-XB'];

type Element = ReturnType<IntlMessageFormat['getAst']>[number];

const ACCENTS: Readonly<Record<string, string>> = {
  a: 'áá',
  e: 'éé',
  i: 'íí',
  o: 'óó',
  u: 'úú',
  A: 'Á',
  E: 'É',
  I: 'Í',
  O: 'Ó',
  U: 'Ú',
  c: 'ç',
  n: 'ñ',
  y: 'ý',
};

/** Written from right to left, whatever it is (Unicode Standard Annex 9), a word at a time, so that lines break. */
const RIGHT_TO_LEFT = (word: string) => `\u202e${word}\u202c`;

const SHOWN: Readonly<Record<string, (text: string) => string>> = {
  'en-XA': (text) => text.replace(/[A-Za-z]/g, (letter) => ACCENTS[letter] ?? letter),
  'ar-XB': (text) => text.replace(/[\p{L}\p{N}’]+/gu, RIGHT_TO_LEFT),
};

const BRACKETS = ['⟦', '⟧'] as const;

/** The same message in a language of tests. */
export function pseudoMessage(tag: string, message: IntlMessageFormat): IntlMessageFormat {
  const show = SHOWN[tag] ?? String;
  const [open, close] = BRACKETS.map((value) => ({ type: LITERAL, value }) as Element);
  const elements = message.getAst().map((element) => changed(element, show));
  const whole = tag === 'en-XA' && open && close ? [open, ...elements, close] : elements;
  return new IntlMessageFormat(whole, message.resolvedOptions().locale);
}

/** Of the parser's kinds of element, which are numbers. */
const LITERAL = 0;

function changed(element: Element, show: (text: string) => string): Element {
  if (element.type === LITERAL && 'value' in element)
    return { ...element, value: show(element.value) } as Element;
  if ('children' in element) {
    return { ...element, children: element.children.map((child) => changed(child, show)) };
  }
  if ('options' in element && element.options && !('tokens' in element)) {
    const options = Object.entries(element.options as Record<string, { value: Element[] }>).map(
      ([name, option]) =>
        [name, { ...option, value: option.value.map((one) => changed(one, show)) }] as const,
    );
    return { ...element, options: Object.fromEntries(options) } as Element;
  }
  return element;
}
