/**
 * Words that a stranger may have chosen (names of devices, apps, factors, members and browsers, as they call
 * themselves), made fit to stand in our sentences and mails. See docs/decisions/0014-words-of-strangers.md.
 */
import type { Reader } from '../words/reader.ts';
import { cleanClaim } from './claimed-device.ts';

/** Stands for every character that a mail program might make something of. */
const SUBSTITUTE = '·';
/** More digits than this, with nothing between them but gaps, may be called like a phone number. */
const MAX_DIGITS = 6;
const SHOWN_DIGITS = 4;

/**
 * A name in a sentence of a page: in quotes as its reader's language has them, which it cannot close itself, so that no name turns the sentence
 * around it.
 */
export function quoteName(reader: Reader, name: string): string {
  const inner = (cleanClaim(name) ?? '').replace(/["\p{Pi}\p{Pf}\u201a\u201e\uff02\u301d-\u301f]/gu, '’');
  return reader.t('common.quoted', { words: inner });
}

/**
 * A name in a mail: in quotes, of letters, digits, spaces and the few marks that names have. No mail program
 * finds an address, a phone number, mark-up, or another encoding in what is left.
 */
export function quoteInMail(reader: Reader, name: string): string {
  return reader.t('common.quoted', { words: inertWords(name) });
}

function inertWords(text: string): string {
  const folded = cleanClaim(cleanClaim(text)?.normalize('NFKC')) ?? '';
  const inert = folded
    .replace(/['\u2018\u2019\u02bc]/gu, '’')
    .replace(/[^\p{L}\p{M}\p{Nd} ’(),-]+/gu, SUBSTITUTE)
    .replace(/\p{Nd}(?:[^\p{L}]*\p{Nd})+/gu, hideLongNumber);
  return inert.trim() || SUBSTITUTE;
}

function hideLongNumber(run: string): string {
  if ((run.match(/\p{Nd}/gu) ?? []).length <= MAX_DIGITS) return run;
  let seen = 0;
  return run.replace(/\p{Nd}/gu, (digit) => {
    seen += 1;
    return seen > SHOWN_DIGITS ? '•' : digit;
  });
}
