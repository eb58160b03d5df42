/** Between the password and the signed-in browser, and signing in without a password. */
import type { SecondStepView } from '../../../src/web/pages/second-step.ts';
import { expired, HOSTILE, out, returnTo, type Sample, signedInAs, throttled, wrong } from './parts.ts';

const passkey = { options: JSON.stringify({ challenge: 'abc', rpId: 'localhost' }), challenge: 'sealed' };
const base: SecondStepView = {
  page: 'second-step',
  ...out,
  email: 'ada@example.com',
  chosen: 'totp',
  others: [],
  outboxLink: false,
};
const phone = '•••••• 42';

const states: Readonly<Record<string, Partial<SecondStepView>>> = {
  app: {},
  'app-others': { others: ['passkey', 'phone', 'backup-codes'], phone },
  'app-wrong': { others: ['backup-codes'], problem: wrong },
  'app-malformed': { problem: { kind: 'fields', fields: { code: 'not-six' } } },
  'app-throttled': { others: ['backup-codes'], problem: throttled },
  'app-expired': { problem: expired },
  phone: { chosen: 'phone', others: ['totp'], phone },
  'phone-sent': {
    chosen: 'phone',
    others: ['totp'],
    phone,
    sent: true,
    outboxLink: true,
    notice: 'We have sent a code to your phone.',
  },
  'phone-too-many': { chosen: 'phone', phone, sent: true, problem: { kind: 'too-many-tries' } },
  'backup-codes': { chosen: 'backup-codes', others: ['totp'] },
  'backup-codes-malformed': {
    chosen: 'backup-codes',
    problem: { kind: 'fields', fields: { code: 'not-a-backup-code' } },
  },
  passkey: { chosen: 'passkey', others: ['totp', 'backup-codes'], passkey },
  'in-place': { held: 'held', signedInAs, others: ['phone', 'backup-codes'], phone },
  'in-place-phone': { held: 'held', signedInAs, chosen: 'phone', others: ['totp'], phone },
  hostile: { email: HOSTILE, others: ['phone'], phone, problem: wrong },
};

export const secondStep: readonly Sample[] = [
  ...Object.entries(states).map(([name, state]) => ({
    name: `second-step-${name}`,
    view: { ...base, ...state },
  })),
  {
    name: 'sign-in-passkey',
    view: { page: 'sign-in-passkey', ...out, returnTo, passkey },
  },
  {
    name: 'sign-in-passkey-wrong',
    view: { page: 'sign-in-passkey', ...out, returnTo: '/account', passkey, problem: wrong },
  },
  {
    name: 'sign-in-passkey-impossible',
    view: { page: 'sign-in-passkey', ...out, returnTo: `/${HOSTILE}`, passkey: undefined },
  },
  {
    name: 'sign-in-with-passkey-link',
    view: { page: 'sign-in', ...out, signUpOpen: true, passkeys: true, bothSteps: true, returnTo },
  },
];
