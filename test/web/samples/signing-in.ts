/** Signing up, in and out. */
import { expired, HOSTILE, out, returnTo, type Sample, throttled, ticket, wrong } from './parts.ts';

const forms: Sample[] = [
  { name: 'welcome', view: { page: 'welcome', ...out, signUpOpen: true } },
  { name: 'welcome-development', view: { page: 'welcome', ...out, signUpOpen: true, development: true } },
  {
    name: 'welcome-closed',
    view: { page: 'welcome', ...out, signUpOpen: false },
  },
  { name: 'sign-in', view: { page: 'sign-in', ...out, signUpOpen: true } },
  {
    name: 'sign-in-linking',
    view: { page: 'sign-in', ...out, signUpOpen: true, linkingDevice: true, returnTo },
  },
  {
    name: 'sign-in-app',
    view: { page: 'sign-in', ...out, signUpOpen: true, app: 'Riverside Notes', email: 'ada@example.com' },
  },
  {
    name: 'sign-in-wrong',
    view: { page: 'sign-in', ...out, signUpOpen: true, email: 'ada@example.com', problem: wrong, returnTo },
  },
  {
    name: 'sign-in-missing',
    view: {
      page: 'sign-in',
      ...out,
      signUpOpen: false,
      problem: { kind: 'fields', fields: { email: 'missing', password: 'missing' } },
    },
  },
  { name: 'sign-in-throttled', view: { page: 'sign-in', ...out, signUpOpen: true, problem: throttled } },
  { name: 'sign-in-expired', view: { page: 'sign-in', ...out, signUpOpen: true, problem: expired } },
  {
    name: 'sign-in-hostile',
    view: {
      page: 'sign-in',
      ...out,
      signUpOpen: true,
      email: HOSTILE,
      returnTo: `/${HOSTILE}`,
      app: HOSTILE,
      problem: wrong,
    },
  },
  { name: 'sign-up', view: { page: 'sign-up', ...out, open: true, linkingDevice: true, returnTo } },
  {
    name: 'sign-up-faults',
    view: {
      page: 'sign-up',
      ...out,
      open: true,
      email: 'ada(at)example',
      strength: 0,
      problem: {
        kind: 'fields',
        fields: { name: 'missing', email: 'malformed', password: 'too-short-alone' },
      },
    },
  },
  {
    name: 'sign-up-common',
    view: {
      page: 'sign-up',
      ...out,
      open: true,
      name: HOSTILE,
      email: HOSTILE,
      returnTo: `/${HOSTILE}`,
      problem: { kind: 'fields', fields: { name: 'too-long', email: 'missing', password: 'too-common' } },
    },
  },
  { name: 'sign-up-expired', view: { page: 'sign-up', ...out, open: true, problem: expired } },
  { name: 'sign-up-throttled', view: { page: 'sign-up', ...out, open: true, problem: throttled } },
  {
    name: 'sign-up-invited',
    view: {
      page: 'sign-up',
      ...out,
      open: true,
      invitation: ticket,
      invitedEmail: 'ada@example.com',
      name: 'Ada',
    },
  },
  { name: 'sign-up-invitation-gone', view: { page: 'sign-up', ...out, open: false, why: 'invitation-gone' } },
  {
    name: 'sign-up-invited-without-passwords',
    view: {
      page: 'sign-up',
      ...out,
      open: true,
      invitation: 'invitation',
      withoutPasswords: true,
      upstreams: [{ id: 'corp', name: 'Corp' }],
    },
  },
  { name: 'sign-up-by-invitation', view: { page: 'sign-up', ...out, open: false, why: 'by-invitation' } },
  { name: 'sign-up-closed', view: { page: 'sign-up', ...out, open: false } },
];

const mailed = { ...out, ticket, email: 'ada@example.com', outboxLink: false };

const mailedCodes: Sample[] = (['confirm-email', 'confirm-sign-in'] as const).flatMap((page) => [
  { name: page, view: { page, ...mailed } },
  {
    name: `${page}-development`,
    view: { page, ...mailed, outboxLink: true, notice: 'We have sent a new code.' },
  },
  { name: `${page}-wrong`, view: { page, ...mailed, problem: wrong } },
  {
    name: `${page}-malformed`,
    view: { page, ...mailed, problem: { kind: 'fields', fields: { code: 'malformed' } } },
  },
  { name: `${page}-too-many`, view: { page, ...mailed, problem: { kind: 'too-many-tries' } } },
  { name: `${page}-throttled`, view: { page, ...mailed, problem: throttled } },
  { name: `${page}-hostile`, view: { page, ...mailed, email: HOSTILE, ticket: HOSTILE, problem: expired } },
]);

export const signingIn: readonly Sample[] = [...forms, ...mailedCodes];
