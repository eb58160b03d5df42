/**
 * User codes: eight letters of a set without vowels and look-alikes (RFC 8628 section 6.1), written in two
 * groups of four: 20^8 codes, 34.5 bits.
 */
import { readCode } from '../accounts/typed-code.ts';
import { visible } from '../accounts/visible-text.ts';
import { USER_CODE_LENGTH as LENGTH, USER_CODE_LETTERS as LETTERS } from '../limits/user-code-space.ts';
import { randomOctets } from '../runtime/random-octets.ts';

/** The most even share of a random byte: every letter gets as many values. */
const USABLE_BYTES = 256 - (256 % LETTERS.length);

/** A new code without the dash, each as likely as any other. */
export function newUserCode(): string {
  let code = '';
  while (code.length < LENGTH) {
    for (const octet of randomOctets(LENGTH - code.length))
      if (octet < USABLE_BYTES) code += LETTERS[octet % LETTERS.length];
  }
  return code;
}

/** What people type when they misread a letter of the set. */
const LOOK_ALIKES: Readonly<Record<string, string>> = { '8': 'B', '5': 'S', '2': 'Z', '6': 'G', Y: 'V' };

/**
 * The code that the owner meant, without the dash: lower case, spaces, dashes, look-alikes and a whole pasted
 * address are forgiven. `undefined` when it cannot be a code.
 */
export function normalizeUserCode(typed: string): string | undefined {
  if (typed.length > 2048) return undefined;
  const code = lettersOf(typed)
    .map((character) => LOOK_ALIKES[character] ?? character)
    .join('');
  return code.length === LENGTH && [...code].every((letter) => LETTERS.includes(letter)) ? code : undefined;
}

/** How many letters are missing from what was typed; 0: it is as long as a code, longer, or has none. */
export function missingLetters(typed: string): number {
  const { length } = typed.length > LENGTH * 4 ? [] : lettersOf(typed);
  return length > 0 && length < LENGTH ? LENGTH - length : 0;
}

function lettersOf(typed: string): string[] {
  const characters = [...readCode(fromAddress(visible(typed).trim())).toUpperCase()];
  return characters.filter((character) => /[\p{L}\p{N}]/u.test(character));
}

/** As devices and pages show it. */
export function displayUserCode(code: string): string {
  return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;
}

/** `verification_uri_complete` (RFC 8628 section 3.2). @param shown as the device shows it */
export function withUserCode(verificationUri: string, shown: string): string {
  return `${verificationUri}?user_code=${shown}`;
}

function fromAddress(typed: string): string {
  if (!typed.includes('user_code=')) return typed;
  const query = typed.slice(typed.lastIndexOf('user_code='));
  return new URLSearchParams(query.replace(/#.*$/, '')).get('user_code') ?? typed;
}
