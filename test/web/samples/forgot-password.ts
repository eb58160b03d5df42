import type { ForgotPasswordView } from '../../../src/web/pages/forgot-password.ts';
import { HOSTILE, inside, out, type Sample, throttled, wrong } from './parts.ts';

const forgot: ForgotPasswordView = { page: 'forgot-password', ...out, isSent: false, outboxLink: false };

export const forgotPassword: readonly Sample[] = [
  { name: 'forgot-password', view: forgot },
  { name: 'forgot-password-inside', view: { ...forgot, ...inside } },
  { name: 'forgot-password-gone', view: { ...forgot, problem: wrong } },
  { name: 'forgot-password-throttled', view: { ...forgot, email: 'ada@example.com', problem: throttled } },
  {
    name: 'forgot-password-malformed',
    view: { ...forgot, email: 'ada', problem: { kind: 'fields', fields: { email: 'malformed' } } },
  },
  {
    name: 'forgot-password-missing',
    view: { ...forgot, problem: { kind: 'fields', fields: { email: 'missing' } } },
  },
  { name: 'forgot-password-sent', view: { ...forgot, isSent: true, email: 'ada@example.com' } },
  {
    name: 'forgot-password-sent-hostile',
    view: { ...forgot, isSent: true, email: HOSTILE, outboxLink: true },
  },
];
