/** Two-step verification: what there is, and each thing by itself. */
import type { AddAppView, AddPhoneView, FactorView, TwoStepView } from '../../../src/web/pages/two-step.ts';
import { qrPicture } from '../../../src/web/qr-picture.ts';
import { ASKED, expired, HOSTILE, inside, NOW, type Sample, throttled, ticket, wrong } from './parts.ts';

const parts = { ...inside, section: 'security' } as const;
const passkey = {
  options: JSON.stringify({ challenge: 'abc', rp: { id: 'localhost' } }),
  challenge: 'sealed',
};

const hub: TwoStepView = {
  page: 'two-step',
  ...parts,
  now: NOW,
  named: [],
  backupCodes: undefined,
  phone: undefined,
  trusted: [],
  offers: { phone: true, passkey: true },
};
const app = { id: 'a', kind: 'totp', name: 'My phone', addedAt: ASKED, usedAt: ASKED } as const;
const trusted = { name: 'n', program: 'Chrome on Android', address: '192.0.2.7', since: ASKED, until: NOW };

const uri =
  'otpauth://totp/Latchkey%20(id.example.org):ada@example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const setup: AddAppView = {
  page: 'add-app',
  ...parts,
  setup: ticket,
  qr: await qrPicture(uri),
  uri,
  key: 'GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ',
  label: 'Latchkey (id.example.org)',
  name: '',
};

const phone: AddPhoneView = { page: 'add-phone', ...parts, typed: '', sent: undefined, outboxLink: false };
const sent = { number: '+15555550100', pending: ticket };

const factor: FactorView = {
  page: 'factor',
  ...parts,
  id: 'a',
  kind: 'totp',
  name: 'My phone',
  now: NOW,
  addedAt: ASKED,
  usedAt: ASKED,
  isLast: true,
};

const codes = ['7K2M-94XD-QB5T', 'H3VN-8ZPC-0WRJ', 'T6YA-1GEF-M4SK', 'B9QD-5XNH-7V2C', 'W8RP-3JTM-6ZGA'];
const backupCodes = {
  page: 'backup-codes',
  ...parts,
  left: undefined,
  codes: undefined,
  madeAt: NOW,
  download: '',
} as const;

export const twoStep: readonly Sample[] = [
  { name: 'two-step-off', view: hub },
  { name: 'two-step-off-plain', view: { ...hub, offers: { phone: false, passkey: false } } },
  {
    name: 'two-step-on',
    view: {
      ...hub,
      named: [app, { id: 'b', kind: 'passkey', name: 'Laptop', addedAt: ASKED, usedAt: undefined }],
      backupCodes: 8,
      phone: '•••••• 42',
      trusted: [trusted, { ...trusted, program: undefined, address: '2001:db8:85a3::8a2e:370:7334' }],
      notice: 'Your passkey is added. You can sign in with it from now on.',
    },
  },
  { name: 'two-step-on-alone', view: { ...hub, named: [app] } },
  { name: 'two-step-demanded', view: { ...hub, held: true } },
  { name: 'two-step-demanded-app', view: { ...setup, held: true } },
  {
    name: 'two-step-demanded-done',
    view: {
      ...hub,
      named: [app],
      goOn: '/device?user_code=WDJB-MJHT',
      notice: 'Your authenticator app is set up. Now make backup codes.',
    },
  },
  {
    name: 'two-step-hostile',
    view: { ...hub, named: [{ ...app, name: HOSTILE }], trusted: [{ ...trusted, program: HOSTILE }] },
  },
  { name: 'add-app', view: setup },
  { name: 'add-app-wrong', view: { ...setup, name: HOSTILE, problem: wrong } },
  {
    name: 'add-app-malformed',
    view: { ...setup, problem: { kind: 'fields', fields: { code: 'not-six' } } },
  },
  { name: 'add-app-too-many', view: { ...setup, problem: { kind: 'too-many' } } },
  { name: 'add-app-expired', view: { ...setup, problem: expired } },
  { name: 'add-passkey', view: { page: 'add-passkey', ...parts, passkey, name: 'Chrome on Android' } },
  {
    name: 'add-passkey-wrong',
    view: { page: 'add-passkey', ...parts, passkey, name: HOSTILE, problem: wrong },
  },
  { name: 'add-passkey-impossible', view: { page: 'add-passkey', ...parts, passkey: undefined, name: '' } },
  { name: 'add-phone', view: phone },
  {
    name: 'add-phone-malformed',
    view: { ...phone, typed: HOSTILE, problem: { kind: 'fields', fields: { phone: 'not-a-number' } } },
  },
  { name: 'add-phone-throttled', view: { ...phone, typed: '+15555550100', problem: throttled } },
  { name: 'add-phone-sent', view: { ...phone, sent, outboxLink: true } },
  { name: 'add-phone-sent-wrong', view: { ...phone, sent, problem: wrong } },
  { name: 'add-phone-sent-too-many', view: { ...phone, sent, problem: { kind: 'too-many-tries' } } },
  { name: 'backup-codes', view: backupCodes },
  { name: 'backup-codes-left', view: { ...backupCodes, left: 2 } },
  {
    name: 'backup-codes-shown',
    view: { ...backupCodes, left: 10, codes: [...codes, ...codes], download: ticket },
  },
  { name: 'factor-last', view: factor },
  {
    name: 'factor-passkey',
    view: { ...factor, kind: 'passkey', name: HOSTILE, usedAt: undefined, isLast: false },
  },
  { name: 'factor-phone', view: { ...factor, id: 'phone', kind: 'phone', name: '•••••• 42', isLast: false } },
];
