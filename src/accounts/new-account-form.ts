import type { CommonPasswords } from './common-passwords.ts';
import { normalizeEmail } from './email.ts';

/** What was typed, as it was typed. */
export interface NewAccountForm {
  name: string;
  email: string;
  password: string;
}

/** What cannot be right, by field; known without asking the store. */
export interface NewAccountFaults {
  name?: 'missing' | 'too-long';
  email?: 'missing' | 'malformed';
  password?: 'missing' | 'too-short' | 'too-long' | 'too-common';
}

const LONGEST_NAME = 100;
const SHORTEST_PASSWORD = 8;
const LONGEST_PASSWORD = 512;

/** A name as it is shown: one line, without what turns the direction of text, so that it dresses up no page. */
export function cleanName(typed: string): string {
  return typed
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\p{Cf}\p{Co}\p{Cn}]/gu, '')
    .replace(/(\p{M}{2})\p{M}+/gu, '$1')
    .trim();
}

/** All faults of the form at once; without a member when there is none. */
export function faultsOfNewAccount(form: NewAccountForm, common: CommonPasswords): NewAccountFaults {
  const name = faultOfName(form.name);
  const email = faultOfEmail(form.email);
  const password = faultOfPassword(form, common);
  return { ...(name && { name }), ...(email && { email }), ...(password && { password }) };
}

function faultOfName(typed: string): NewAccountFaults['name'] {
  const name = cleanName(typed);
  if (name === '') return 'missing';
  return lengthOf(name) > LONGEST_NAME ? 'too-long' : undefined;
}

function faultOfEmail(typed: string): NewAccountFaults['email'] {
  if (typed.trim() === '') return 'missing';
  return normalizeEmail(typed) === undefined ? 'malformed' : undefined;
}

/** Length, and not guessed at once: no rules of composition (ASVS 6.2.5), any character, spaces as well. */
function faultOfPassword(
  { name, email, password }: NewAccountForm,
  common: CommonPasswords,
): NewAccountFaults['password'] {
  if (password === '') return 'missing';
  const normal = password.normalize('NFKC');
  if (lengthOf(normal) < SHORTEST_PASSWORD) return 'too-short';
  if (lengthOf(normal) > LONGEST_PASSWORD) return 'too-long';
  const guess = normal.toLowerCase();
  const known = [cleanName(name).toLowerCase(), normalizeEmail(email), normalizeEmail(email)?.split('@')[0]];
  return common.has(normal) || known.includes(guess) ? 'too-common' : undefined;
}

/** In characters as people count them, near enough: code points. */
function lengthOf(text: string): number {
  return [...text].length;
}
