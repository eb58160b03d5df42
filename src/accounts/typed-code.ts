/** Codes as people type them: user codes, codes from mails, texts and apps, backup codes, voice codes, phone numbers. */
import { visible } from './visible-text.ts';

/** Longer ones are no code of ours, whatever is between their digits. */
const MAX_TYPED = 100;
/** What people write between groups: white space, dashes, and the minus of some keyboards. */
const BETWEEN = /[\s\p{Pd}\u2212]/gu;

/** Letters and digits of a code, without what stands between them or cannot be seen; digits of every script as 0 to 9. */
export function readCode(typed: string): string {
  return asciiDigits(visible(typed.slice(0, MAX_TYPED)).normalize('NFKC')).replace(BETWEEN, '');
}

/** So many digits; `undefined` where it is anything else. */
export function readDigits(typed: string, count: number): string | undefined {
  const code = readCode(typed);
  return code.length === count && /^[0-9]+$/.test(code) ? code : undefined;
}

/** Digits of Arabic, Devanagari and all other scripts as 0 to 9. */
export function asciiDigits(text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => String(worthOf(digit.codePointAt(0) ?? 0)));
}

/** Unicode keeps the ten digits of a script side by side, from zero on; sets of them may follow each other. */
function worthOf(digit: number): number {
  let before = 0;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(digit - before - 1))) before += 1;
  return before % 10;
}
