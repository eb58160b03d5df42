/** The sentence for each thing that can be wrong with a form, in one place. */

import type { PasswordError } from '../../accounts/password-rules.ts';
import type { PlainKey, Reader } from '../../words/reader.ts';
import { formatWait } from './times.ts';
import type { View } from './view.ts';

/** One error of a form; with `field`, also shown beside the field of that name. */
interface FieldError {
  readonly message: string;
  readonly field?: string;
  /** A shorter sentence for beside the field, where the whole one would push the field out of sight. */
  readonly beside?: string;
}

const PASSWORD: Readonly<Record<PasswordError, true>> = {
  missing: true,
  'too-short': true,
  'too-short-alone': true,
  'too-long': true,
  'too-common': true,
  famous: true,
  repeats: true,
  sequence: true,
  keyboard: true,
  dates: true,
  names: true,
  'single-word': true,
  'like-common': true,
  'own-words': true,
  guessable: true,
};

/** What may be wrong with what was typed into a field; the words of each are the message `errors.<field>.<code>`. */
const FIELDS: ReadonlySet<string> = new Set(
  Object.entries({
    name: ['missing', 'too-long'],
    email: ['missing', 'malformed', 'same'],
    password: Object.keys(PASSWORD),
    voice_code: ['not-four', 'too-easy'],
    currency: ['missing'],
    day_limit: ['not-an-amount'],
    free_limit: ['not-an-amount', 'too-much'],
    code: ['malformed', 'not-six', 'not-a-backup-code'],
    member_name: ['missing', 'too-long', 'too-many', 'there-already'],
    key_name: ['missing'],
    uses: ['not-a-count'],
    network_address: ['not-an-address'],
    user_code: ['missing', 'other'],
    number: ['missing'],
    phone: ['not-a-number', 'not-served'],
  }).flatMap(([field, codes]) => codes.map((code) => `${field}.${code}`)),
);

/** Of a page whose entries do not fit together, or of which it is not said which is wrong. */
const WRONG: Readonly<
  Record<string, { readonly key: PlainKey; readonly field?: string; readonly beside?: PlainKey }>
> = {
  'forgot-password': { key: 'errors.wrong.forgot-password' },
  prove: { field: 'password', key: 'errors.wrong.prove' },
  'sign-in': { key: 'errors.wrong.sign-in' },
  'confirm-email': { field: 'code', key: 'errors.wrong.mailed-code' },
  'change-code': { field: 'code', key: 'errors.wrong.mailed-code' },
  'confirm-sign-in': { field: 'code', key: 'errors.wrong.confirm-sign-in' },
  'upstream-code': { field: 'code', key: 'errors.wrong.confirm-sign-in' },
  'second-step': { field: 'code', key: 'errors.wrong.second-step' },
  recovery: { field: 'code', key: 'errors.wrong.mailed-code' },
  'add-app': { field: 'code', key: 'errors.wrong.add-app' },
  'add-phone': { field: 'code', key: 'errors.wrong.add-phone' },
  'add-passkey': { key: 'errors.wrong.add-passkey' },
  'sign-in-passkey': { key: 'errors.wrong.sign-in-passkey' },
  'device-code': {
    field: 'user_code',
    key: 'errors.wrong.device-code',
    beside: 'errors.wrong.device-code-beside',
  },
};

const TOO_MANY_TRIES: Readonly<Record<string, PlainKey>> = {
  'confirm-email': 'errors.tried.mailed-code',
  'change-code': 'errors.tried.mailed-code',
  'confirm-sign-in': 'errors.tried.confirm-sign-in',
  'upstream-code': 'errors.tried.confirm-sign-in',
  'add-phone': 'errors.tried.add-phone',
  recovery: 'errors.tried.mailed-code',
  'second-step': 'errors.tried.mailed-code',
};

/** What has no words is a mistake of ours, found by the test that renders every sample. */
function fieldErrors(reader: Reader, fields: Readonly<Record<string, string | undefined>>): FieldError[] {
  return Object.entries(fields).flatMap(([field, code]) => {
    if (code === undefined) return [];
    if (!FIELDS.has(`${field}.${code}`)) throw new Error(`no words for the error ${field}.${code}`);
    return [{ field, message: reader.t(`errors.${field}.${code}` as PlainKey) }];
  });
}

function wrongOn(reader: Reader, page: string): FieldError {
  const wrong = WRONG[page];
  if (!wrong) return { message: reader.t('errors.wrong.other') };
  const { key, field, beside } = wrong;
  return {
    message: reader.t(key),
    ...(field !== undefined && { field }),
    ...(beside && { beside: reader.t(beside) }),
  };
}

/** What is wrong with the form of this page, in the order of its fields; empty where nothing is. */
export function fieldErrorsOf(view: View, reader: Reader): readonly FieldError[] {
  const problem = 'problem' in view ? view.problem : undefined;
  if (problem === undefined) return [];
  switch (problem.kind) {
    case 'wrong':
      return [wrongOn(reader, view.page)];
    case 'too-short':
      return [{ field: 'user_code', message: reader.t('errors.too-short-code', { n: problem.missing }) }];
    case 'throttled':
      return [{ message: reader.t('errors.throttled', { time: formatWait(reader, problem.waitSeconds) }) }];
    case 'expired-form':
      return [{ message: reader.t('errors.expired-form') }];
    case 'too-many-tries': {
      const key = TOO_MANY_TRIES[view.page];
      if (key === undefined) throw new Error(`no words for too many tries on ${view.page}`);
      return [{ message: reader.t(key) }];
    }
    case 'too-many':
      return [{ message: reader.t('errors.too-many') }];
    case 'fields':
      return fieldErrors(reader, { ...problem.fields });
  }
}
