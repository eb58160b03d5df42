/** One sample of every page in every state, the hostile ones included. Tests and pictures are made from these. */
import { DEVICE_TYPES, type DeviceConfirmView } from '../../src/web/pages/device.ts';
import { ERROR_KINDS, errorView } from '../../src/web/pages/error.ts';
import type { PageParts } from '../../src/web/pages/page.ts';
import type { View } from '../../src/web/pages/view.ts';
import { scopeInWords } from '../../src/web/words.ts';

export interface Sample {
  /** Unique; also the name of the picture. */
  readonly name: string;
  readonly view: View;
}

/** Mark-up, an attribute breaker, right-to-left override, an unbroken long word, and quotes. */
export const HOSTILE = `"><script>alert('x')</script><img src=x onerror=alert(1)> \u202Egnp.exe & ${'W'.repeat(60)}`;

const NOW = new Date('2026-03-05T14:09:30Z');
const ASKED = new Date('2026-03-05T14:07:12Z');
const csrf = 'c5rf-T0ken';
const ticket = 'tick3t';
const signedInAs = { name: 'Ada Lovelace', email: 'ada@example.com' };
const out: PageParts = { csrf };
const inside = { csrf, signedInAs };
const hostileInside = { csrf, signedInAs: { name: HOSTILE, email: HOSTILE } };
const hostileText = { heading: HOSTILE, message: HOSTILE, remedy: HOSTILE };
const throttled = { kind: 'throttled', waitSeconds: 118 } as const;
const expired = { kind: 'expired-form' } as const;
const wrong = { kind: 'wrong' } as const;
const returnTo = '/device?user_code=WDJB-MJHT';

function abilitiesOf(...scopes: string[]): string[] {
  return scopes.map((scope) => scopeInWords(scope) ?? scope);
}

const accounts: Sample[] = [
  { name: 'welcome', view: { page: 'welcome', ...out, signUpOpen: true } },
  {
    name: 'welcome-closed',
    view: { page: 'welcome', ...out, signUpOpen: false, notice: 'You are signed out.' },
  },
  { name: 'sign-in', view: { page: 'sign-in', ...out, signUpOpen: true } },
  {
    name: 'sign-in-linking',
    view: { page: 'sign-in', ...out, signUpOpen: true, linkingDevice: true, returnTo },
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
      problem: { kind: 'fields', fields: { name: 'missing', email: 'malformed', password: 'too-short' } },
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
  { name: 'sign-up-closed', view: { page: 'sign-up', ...out, open: false } },
  { name: 'account', view: { page: 'account', ...inside, notice: 'Your email is confirmed. Welcome!' } },
  { name: 'account-hostile', view: { page: 'account', ...hostileInside, notice: HOSTILE } },
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

const confirm: DeviceConfirmView = {
  page: 'device-confirm',
  ...inside,
  ticket,
  userCode: 'WDJB-MJHT',
  appName: 'Riverside Player',
  device: { type: 'tv', name: 'Living-room TV', model: 'Riverside Stick 4K' },
  request: { ipAddress: '192.168.1.23', network: 'same', at: ASKED },
  now: NOW,
  abilities: abilitiesOf('openid', 'profile', 'email', 'offline_access'),
};

const device: Sample[] = [
  { name: 'device-code', view: { page: 'device-code', ...inside } },
  { name: 'device-code-prefilled', view: { page: 'device-code', ...inside, userCode: 'WDJB-MJHT' } },
  {
    name: 'device-code-wrong',
    view: { page: 'device-code', ...inside, userCode: 'WDJB-MJHX', problem: wrong },
  },
  {
    name: 'device-code-missing',
    view: { page: 'device-code', ...inside, problem: { kind: 'fields', fields: { user_code: 'missing' } } },
  },
  { name: 'device-code-throttled', view: { page: 'device-code', ...inside, problem: throttled } },
  { name: 'device-code-expired', view: { page: 'device-code', ...inside, problem: expired } },
  {
    name: 'device-code-hostile',
    view: { page: 'device-code', ...hostileInside, userCode: HOSTILE, problem: wrong },
  },
  { name: 'device-confirm', view: confirm },
  {
    name: 'device-confirm-different',
    view: {
      ...confirm,
      device: { type: 'computer', name: 'build-box', model: 'Debian 13' },
      request: {
        ipAddress: '2001:db8:85a3::8a2e:370:7334',
        network: 'different',
        at: ASKED,
        userAgent: 'curl 8.14',
      },
      longestDays: 90,
    },
  },
  {
    name: 'device-confirm-bare',
    view: {
      ...confirm,
      device: { type: 'other' },
      request: { ipAddress: '203.0.113.7', network: 'unknown', at: NOW },
      abilities: [],
    },
  },
  {
    name: 'device-confirm-hostile',
    view: {
      ...confirm,
      ...hostileInside,
      ticket: HOSTILE,
      userCode: HOSTILE,
      appName: HOSTILE,
      device: { type: 'speaker', name: HOSTILE, model: HOSTILE },
      request: { ipAddress: HOSTILE, network: 'different', at: ASKED, userAgent: HOSTILE },
      abilities: [HOSTILE],
    },
  },
  ...DEVICE_TYPES.map((type) => ({
    name: `device-linked-${type}`,
    view: {
      page: 'device-result',
      ...inside,
      outcome: 'linked',
      device: type === 'other' ? { type } : { type, name: 'Living-room TV' },
    } satisfies View,
  })),
  {
    name: 'device-linked-hostile',
    view: {
      page: 'device-result',
      ...hostileInside,
      outcome: 'linked',
      device: { type: 'tv', name: HOSTILE },
    },
  },
  { name: 'device-denied', view: { page: 'device-result', ...inside, outcome: 'denied' } },
  { name: 'device-failed', view: { page: 'device-result', ...inside, outcome: 'failed' } },
];

const requestId = '01JNKQ6Z7V9F3T2M8R4X5C6B7D';

const errors: Sample[] = [
  ...ERROR_KINDS.map((kind) => ({ name: `error-${kind}`, view: errorView(kind, { ...out, requestId }) })),
  { name: 'error-throttled-wait', view: errorView('throttled', { ...inside, requestId, waitSeconds: 90 }) },
  {
    name: 'error-hostile',
    view: { ...errorView('broken', { ...hostileInside, requestId: HOSTILE }), ...hostileText },
  },
];

const mail = { id: '1', to: 'ada@example.com', subject: 'Your code for Latchkey', date: ASKED };

const development: Sample[] = [
  {
    name: 'outbox',
    view: { page: 'outbox', ...out, mails: [mail, { ...mail, id: '2', to: 'grace@example.com' }] },
  },
  { name: 'outbox-empty', view: { page: 'outbox', ...inside, mails: [] } },
  {
    name: 'outbox-hostile',
    view: { page: 'outbox', ...out, mails: [{ id: HOSTILE, to: HOSTILE, subject: HOSTILE, date: ASKED }] },
  },
  {
    name: 'outbox-mail',
    view: {
      page: 'outbox-mail',
      ...out,
      mail: { ...mail, text: 'Hello Ada,\n\nyour code is 492 118.\n\nIt works for 10 minutes.\n' },
    },
  },
  {
    name: 'outbox-mail-hostile',
    view: {
      page: 'outbox-mail',
      ...out,
      mail: { id: '1', to: HOSTILE, subject: HOSTILE, date: ASKED, text: HOSTILE },
    },
  },
];

export const SAMPLES: readonly Sample[] = [...accounts, ...mailedCodes, ...device, ...errors, ...development];
