import { normalizeEmail } from './email.ts';
import type { HashingCaller } from './hashing-queue.ts';
import { cleanName, fits } from './name.ts';
import type { PasswordError, PasswordRules } from './password-rules.ts';
import { isBlank } from './visible-text.ts';

/** What was typed, as it was typed. */
export interface NewAccountForm {
  name: string;
  email: string;
  password: string;
}

/** What cannot be right, by field; known without asking the store. */
export interface NewAccountErrors {
  name?: 'missing' | 'too-long';
  email?: 'missing' | 'malformed';
  password?: PasswordError;
}

const MAX_NAME = 100;

export interface JudgedForm {
  /** All at once; without a member when there is none. */
  errors: NewAccountErrors;
  /** Of a password that was refused, 0 to 4 of 4. */
  strength?: number;
}

/**
 * A new account has no second factor: its password stands alone.
 * @param address of the client
 * @throws Busy
 */
export async function judgeNewAccount(
  form: NewAccountForm,
  rules: PasswordRules,
  address: string,
): Promise<JudgedForm> {
  const name = errorOfName(form.name);
  const email = errorOfEmail(form.email);
  const owner = { name: cleanName(form.name), email: normalizeEmail(form.email) ?? '' };
  const caller: HashingCaller = { address, account: owner.email, known: false };
  const { error: password, score } = await rules.judge(form.password, owner, 'alone', caller);
  return {
    errors: { ...(name && { name }), ...(email && { email }), ...(password && { password }) },
    ...(password && password !== 'missing' && { strength: score }),
  };
}

export function errorOfName(typed: string): NewAccountErrors['name'] {
  const name = cleanName(typed);
  if (name === '') return 'missing';
  return fits(name, MAX_NAME) ? undefined : 'too-long';
}

export function errorOfEmail(typed: string): NewAccountErrors['email'] {
  if (isBlank(typed)) return 'missing';
  return normalizeEmail(typed) === undefined ? 'malformed' : undefined;
}
