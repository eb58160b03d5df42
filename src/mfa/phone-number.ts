import { asciiDigits } from '../accounts/typed-code.ts';
import { visible } from '../accounts/visible-text.ts';

/** E.164: a country code and a number, at most 15 digits. */
const E164 = /^\+[1-9]\d{6,14}$/;
/** Countries whose numbers keep the zero that others dial at home only: Italy, the Vatican with it, San Marino. */
const KEEPS_ZERO = /^\+(39|378|379)/;

/**
 * The one form of a phone number: `+`, country code, number. Spaces, dashes, dots, slashes and brackets are forgiven,
 * and `00` for `+`. A zero in brackets, "+44 (0)20", is dialled at home only and dropped. `undefined` when it is none,
 * or has no country code.
 */
export function readPhoneNumber(typed: string): string | undefined {
  const bare = asciiDigits(visible(typed.slice(0, 60)).normalize('NFKC'))
    .trim()
    .replace(/^tel:/i, '')
    .replace(/[\s\p{Pd}\u2212./]/gu, '')
    .replace(/^\(?(?:00|\+)\)?/, '+');
  const number = bare.replace('(0)', KEEPS_ZERO.test(bare) ? '0' : '').replace(/[()]/g, '');
  return E164.test(number) ? number : undefined;
}

/** As it is shown: enough for its owner to know it by, too little for others to call it. */
export function maskPhoneNumber(number: string): string {
  return `${'•'.repeat(6)} ${number.slice(-2)}`;
}
