/** Names of people and of their things, as their owners type them. */

/** Scripts that write some letters joined or apart, by a joiner between them. */
const JOINING =
  '\\p{sc=Arab}\\p{sc=Syrc}\\p{sc=Deva}\\p{sc=Beng}\\p{sc=Guru}\\p{sc=Gujr}\\p{sc=Orya}\\p{sc=Taml}\\p{sc=Telu}\\p{sc=Knda}\\p{sc=Mlym}\\p{sc=Sinh}\\p{sc=Khmr}';
/** Joiners where they are seen: between letters of such a script, and between pictures that make one. */
const SEEN = `(?<=[${JOINING}])[\\u200c\\u200d](?=[${JOINING}])|(?<=[\\p{ExtPict}\\p{EMod}\\ufe0f])\\u200d(?=\\p{ExtPict})|(?<=\\p{ExtPict})\\ufe0f`;
const SEEN_OR_NOT = new RegExp(
  `(${SEEN})|[\\p{Cf}\\p{Co}\\p{Cn}\\p{Cs}\\p{Default_Ignorable_Code_Point}]`,
  'gu',
);
/** Bytes: one character as people count them may have any number of parts. */
const MAX_BYTES_EACH = 8;

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * A name as it is shown: one line, with nothing that cannot be seen or that turns the direction of text, so that it
 * dresses up no page.
 */
export function cleanName(typed: string): string {
  return typed
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/\p{Cc}+/gu, ' ')
    .replace(SEEN_OR_NOT, '$1')
    .replace(/(\p{M}{2})\p{M}+/gu, '$1')
    .replace(/ +/g, ' ')
    .trim();
}

/** Whether it has at most so many characters, as people count them, and no more bytes than these honestly need. */
export function fits(name: string, most: number): boolean {
  return startOf(name, most) === name;
}

/** As many whole characters from its start as fit. */
export function startOf(name: string, most: number): string {
  let [start, bytes, count] = ['', 0, 0];
  for (const { segment } of characters.segment(name)) {
    bytes += Buffer.byteLength(segment);
    count += 1;
    if (count > most || bytes > most * MAX_BYTES_EACH) break;
    start += segment;
  }
  return start;
}
