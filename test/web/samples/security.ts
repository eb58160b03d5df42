/** Proof who one is, and what lies below `/account/security`. */
import type { PasswordError } from '../../../src/accounts/password-rules.ts';
import { PROVED_ACTIONS } from '../../../src/config/proof-ages.ts';
import type { SettingsView } from '../../../src/web/pages/account.ts';
import type { ProveView } from '../../../src/web/pages/prove.ts';
import type { ChangeCodeView, NewPasswordView, SecurityView } from '../../../src/web/pages/security.ts';
import { HOSTILE, hostileInside, inside, type Sample, throttled, wrong } from './parts.ts';
import { readerSamples } from './reader.ts';

const section = 'security';

const overview: SecurityView = {
  page: 'security',
  section,
  ...inside,
  rows: [
    { icon: 'key', label: 'Password', state: 'Set', action: 'Change', href: '/account/security/password' },
    { icon: 'person', label: 'Passkeys', state: 'None', action: 'Add', href: '/' },
    { icon: 'shield', label: 'Two-step verification', state: 'Off', action: 'Set up', href: '/' },
    { icon: 'speaker', label: 'Voice code', state: 'Not set', action: 'Set', href: '/' },
  ],
  next: {
    words: 'switch on two-step verification',
    why: 'Your password alone lets anybody in who learns it.',
    href: '/account/security/two-step',
  },
};

const settings: SettingsView = {
  page: 'settings',
  section: 'settings',
  ...inside,
  rows: [
    { icon: 'person', label: 'Name', state: 'Ada Lovelace', isTyped: true, action: 'Change', href: '/' },
    { icon: 'mail', label: 'Email', state: 'ada@example.com', isTyped: true, action: 'Change', href: '/' },
    { icon: 'globe', label: 'Language', state: 'English', action: 'Change', href: '/' },
    {
      icon: 'clock',
      label: 'Time zone',
      state: 'Europe/Stockholm, from your browser',
      action: 'Change',
      href: '/',
    },
    { icon: 'home', label: 'Household', state: 'Ben, Grandma', isTyped: true, action: 'Change', href: '/' },
    { icon: 'bell', label: 'Notifications', state: 'All by mail', action: 'Change', href: '/' },
    {
      icon: 'file',
      label: 'Your data',
      state: 'Download or close account',
      action: 'Open',
      href: '/',
    },
  ],
};

const code: ChangeCodeView = {
  page: 'change-code',
  section,
  ...inside,
  changes: 'password',
  ticket: 'tick3t',
  email: 'ada@example.com',
  outboxLink: false,
};

/** The tab of what is changed. */
const codeFor = (changes: 'password' | 'email') =>
  ({ ...code, changes, section: changes === 'email' ? 'settings' : section }) as const;

const choose: NewPasswordView = {
  page: 'new-password',
  ...inside,
  action: '/account/security/password/new',
  pass: 'p4ss',
  email: 'ada@example.com',
  role: 'alone',
};

const FAULTS: readonly PasswordError[] = [
  'missing',
  'too-short',
  'too-short-alone',
  'too-long',
  'too-common',
  'famous',
  'repeats',
  'sequence',
  'keyboard',
  'dates',
  'names',
  'single-word',
  'like-common',
  'own-words',
  'guessable',
];

const pages: readonly Sample[] = [
  { name: 'security', view: overview },
  { name: 'security-all-done', view: { ...overview, next: undefined, notice: 'Saved.' } },
  { name: 'security-hostile', view: { ...overview, ...hostileInside } },
  { name: 'settings', view: settings },
  { name: 'settings-closing', view: { ...settings, closesAt: new Date('2026-03-12T14:07:00Z') } },
  {
    name: 'settings-hostile',
    view: {
      ...settings,
      ...hostileInside,
      rows: settings.rows.map((row) => ({ ...row, ...(row.isTyped && { state: HOSTILE }) })),
    },
  },
  { name: 'email', view: { page: 'email', section: 'settings', ...inside, email: '' } },
  {
    name: 'email-same',
    view: {
      page: 'email',
      section: 'settings',
      ...inside,
      email: 'ada@example.com',
      problem: { kind: 'fields', fields: { email: 'same' } },
    },
  },
  {
    name: 'email-throttled',
    view: { page: 'email', section: 'settings', ...hostileInside, email: HOSTILE, problem: throttled },
  },
  ...readerSamples,
  { name: 'name', view: { page: 'name', section: 'settings', ...inside, name: 'Ada Lovelace' } },
  {
    name: 'name-hostile',
    view: {
      page: 'name',
      section: 'settings',
      ...hostileInside,
      name: HOSTILE,
      problem: { kind: 'fields', fields: { name: 'too-long' } },
    },
  },
  ...(['password', 'email'] as const).flatMap((changes): Sample[] => [
    { name: `change-code-${changes}`, view: { ...codeFor(changes), outboxLink: true } },
    { name: `change-code-${changes}-wrong`, view: { ...codeFor(changes), problem: wrong } },
    {
      name: `change-code-${changes}-too-many`,
      view: { ...codeFor(changes), problem: { kind: 'too-many-tries' } },
    },
    {
      name: `change-code-${changes}-throttled`,
      view: { ...codeFor(changes), ticket: '', problem: throttled },
    },
  ]),
  {
    name: 'change-code-hostile',
    view: { ...code, ...hostileInside, ticket: HOSTILE, email: HOSTILE, notice: 'We have sent a new code.' },
  },
  { name: 'new-password', view: choose },
  { name: 'new-password-one-of-two', view: { ...choose, role: 'one-of-two', signedInAs: undefined } },
  ...FAULTS.map(
    (password, index): Sample => ({
      name: `new-password-${password}`,
      view: { ...choose, strength: index % 5, problem: { kind: 'fields', fields: { password } } },
    }),
  ),
  {
    name: 'new-password-hostile',
    view: { ...choose, ...hostileInside, action: '/', pass: HOSTILE, email: HOSTILE },
  },
  {
    name: 'password-changed',
    view: { page: 'password-changed', section, ...inside, grants: 3, browsers: 1, strength: 4 },
  },
  {
    name: 'password-changed-alone',
    view: { page: 'password-changed', section, ...inside, grants: 0, browsers: 0, strength: 3 },
  },
];

const prove: ProveView = {
  page: 'prove',
  ...inside,
  action: 'link-device',
  signInAgain: '/sign-in?return_to=%2Fdevice&again=yes',
  held: 'h3ld',
  hasPassword: true,
  upstreams: [],
};
const providers = [
  { id: 'corp', name: 'Corp' },
  { id: 'school', name: 'The school at the lake' },
];

export const security: readonly Sample[] = [
  ...pages,
  ...PROVED_ACTIONS.map((action) => ({ name: `prove-${action}`, view: { ...prove, action } })),
  { name: 'prove-upstream', view: { ...prove, upstreams: providers } },
  { name: 'prove-upstream-alone', view: { ...prove, hasPassword: false, upstreams: providers } },
  { name: 'prove-no-way', view: { ...prove, hasPassword: false } },
  { name: 'prove-wrong', view: { ...prove, problem: wrong } },
  { name: 'prove-throttled', view: { ...prove, problem: throttled } },
  {
    name: 'prove-missing',
    view: { ...prove, problem: { kind: 'fields', fields: { password: 'missing' } } },
  },
  { name: 'prove-hostile', view: { ...prove, ...hostileInside, held: HOSTILE, problem: wrong } },
];
