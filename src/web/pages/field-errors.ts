/** The sentence for each thing that can be wrong with a form, in one place. */

import type { PasswordError } from '../../accounts/password-rules.ts';
import { ENGLISH } from '../../words/reader.ts';
import { formatWait } from './times.ts';
import type { View } from './view.ts';

/** One error of a form; with `field`, also shown beside the field of that name. */
interface FieldError {
  readonly message: string;
  readonly field?: string;
  /** A shorter sentence for beside the field, where the whole one would push the field out of sight. */
  readonly beside?: string;
}

const PASSWORD_WORDS: Readonly<Record<PasswordError, string>> = {
  missing: 'Enter your password.',
  'too-short': 'That password is too short. Use at least 8 characters.',
  'too-short-alone': 'That password is too short. Use at least 15 characters: three or four words will do.',
  'too-long': 'That password is too long for this server. Use a shorter one.',
  'too-common': 'Many people use that password, so it is easy to guess. Choose another one.',
  repeats: 'That password repeats itself, so it is easy to guess. Choose words that differ.',
  sequence:
    'That password has letters, digits or days in their usual order, so it is easy to guess. Mix them up.',
  keyboard:
    'The letters of that password lie side by side on a keyboard, so it is easy to guess. Choose a few words instead.',
  dates: 'Years and dates are easy to guess. Choose a few words that have nothing to do with you.',
  names: 'Names are easy to guess. Add words that have nothing to do with each other.',
  'single-word': 'One word is easy to guess. Choose three or four that have nothing to do with each other.',
  'like-common':
    'That is close to a password that many people use, so it is easy to guess. Choose another one.',
  'own-words':
    'Your name, your email and the names of this service are the first things that people try. Choose other words.',
  guessable: 'That password is still easy to guess. Add a word or two that nobody would expect.',
};

const FIELD_WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  name: {
    missing: 'Enter your name.',
    'too-long': 'That name is too long. Use a shorter one.',
  },
  email: {
    missing: 'Enter your email address.',
    malformed: 'That does not look like an email address. Check it.',
    same: 'That is your email already. Enter the new one.',
  },
  password: PASSWORD_WORDS,
  voice_code: {
    'not-four': 'Enter 4 digits.',
    'too-easy': 'That is one of the first codes that people try. Choose other digits.',
  },
  code: {
    malformed: 'Enter the 6 digits from the mail.',
    'not-six': 'Enter the 6 digits of the code.',
    'not-a-backup-code': 'Enter one of your backup codes, such as 7K2M-94XD-QB5T.',
  },
  member_name: {
    missing: 'Enter a name.',
    'too-long': 'That name is too long. Use a shorter one.',
    'too-many': 'There are as many people in the household as this server keeps. Remove one first.',
  },
  key_name: { missing: 'Give the key a name, by which you know it again.' },
  uses: { 'not-a-count': 'Enter a number from 1 to 100.' },
  network_address: {
    'not-an-address':
      'Enter the public address of the machine, such as 192.0.2.44, or choose another answer.',
  },
  user_code: {
    missing: 'Enter the code that your device shows.',
    other: 'That is not the code of this device. Look at the device, and type what it shows.',
  },
  number: { missing: 'Choose the number that your device shows.' },
  phone: {
    'not-a-number': 'Enter a phone number with its country code, such as +44 20 7946 0000.',
    'not-served':
      'We can’t send text messages to that country. Use a number of another one, or backup codes.',
  },
};

const WRONG: Readonly<Record<string, FieldError>> = {
  'forgot-password': {
    message: 'That link no longer works. It may have been used already, or be too old. Ask for a new one.',
  },
  prove: { field: 'password', message: 'That password isn’t right. Check it and try again.' },
  'sign-in': { message: 'That email and password don’t match an account. Check both and try again.' },
  'confirm-email': {
    field: 'code',
    message: 'That code doesn’t work. Check the newest mail, or send a new code.',
  },
  'change-code': {
    field: 'code',
    message: 'That code doesn’t work. Check the newest mail, or send a new code.',
  },
  'confirm-sign-in': {
    field: 'code',
    message: 'That code doesn’t work. Check the newest mail and try again.',
  },
  'second-step': {
    field: 'code',
    message: 'That code doesn’t work. Each code works once, and not for long. Use the newest one.',
  },
  recovery: {
    field: 'code',
    message: 'That code doesn’t work. Check the newest mail, or send a new code.',
  },
  'add-app': {
    field: 'code',
    message:
      'That code doesn’t fit. Enter the newest one that the app shows; your phone’s clock must be right.',
  },
  'add-phone': { field: 'code', message: 'That code doesn’t work. Check the newest text message.' },
  'add-passkey': { message: 'The passkey could not be added. Try again.' },
  'sign-in-passkey': {
    message: 'That passkey doesn’t work here. It may have been removed. Try another one, or your password.',
  },
  'device-code': {
    field: 'user_code',
    beside: 'That code doesn’t work.',
    message:
      'That code doesn’t work. It may have been typed differently, used already, or expired. ' +
      'Check the code on your device, or ask it for a new one.',
  },
};

const TOO_MANY_TRIES: Readonly<Record<string, string>> = {
  'confirm-email': 'That code was tried too often and no longer works. Send a new code.',
  'change-code': 'That code was tried too often and no longer works. Send a new code.',
  'confirm-sign-in': 'That code was tried too often and no longer works. Start again.',
  'add-phone': 'That code was tried too often and no longer works. Enter your number again for a new one.',
  recovery: 'That code was tried too often and no longer works. Send a new code.',
  'second-step': 'That code was tried too often and no longer works. Send a new code.',
};

/** A code without words is a mistake of ours, found by the test that renders every sample. */
function wordsFor(words: Readonly<Record<string, string>> | undefined, code: string): string {
  const found = words?.[code];
  if (found === undefined) throw new Error(`no words for the error ${code}`);
  return found;
}

function fieldErrors(fields: Readonly<Record<string, string | undefined>>): FieldError[] {
  return Object.entries(fields).flatMap(([field, code]) =>
    code === undefined ? [] : [{ field, message: wordsFor(FIELD_WORDS[field], code) }],
  );
}

/** What is wrong with the form of this page, in the order of its fields; empty where nothing is. */
export function fieldErrorsOf(view: View): readonly FieldError[] {
  const problem = 'problem' in view ? view.problem : undefined;
  if (problem === undefined) return [];
  switch (problem.kind) {
    case 'wrong':
      return [WRONG[view.page] ?? { message: 'That is not right. Check it and try again.' }];
    case 'throttled':
      return [
        { message: `Too many tries. Wait ${formatWait(ENGLISH, problem.waitSeconds)}, then try again.` },
      ];
    case 'expired-form':
      return [
        { message: 'This form was open for too long and has expired. Nothing was changed. Try again.' },
      ];
    case 'too-many-tries':
      return [{ message: wordsFor(TOO_MANY_TRIES, view.page) }];
    case 'too-many':
      return [{ message: 'There are as many of these as this server keeps. Remove one first.' }];
    case 'fields':
      return fieldErrors({ ...problem.fields });
  }
}
