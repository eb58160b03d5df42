/** Pages of the operator console. */
import { FIGURES } from '../../../src/audit/hourly-figures.ts';
import { settingWarning } from '../../../src/config/setting-warnings.ts';
import type {
  ConsoleListView,
  ConsoleOperatorsView,
  ConsoleOverviewView,
  ConsoleParts,
  ConsoleThingView,
} from '../../../src/web/pages/console.ts';
import { REFUSALS } from '../../../src/web/pages/console.ts';
import { csrf, HOSTILE, NOW, type Sample } from './parts.ts';

const owner: ConsoleParts = {
  csrf,
  operator: { name: 'Ada Lovelace', email: 'ada@example.com', role: 'owner' },
  may: { accounts: true, devices: true, clients: true, receivers: true, roles: true },
  section: undefined,
  once: 'f3a1c2d4-0000-4000-8000-000000000000',
};
const viewer: ConsoleParts = {
  ...owner,
  operator: { ...owner.operator, role: 'viewer' },
  may: { accounts: false, devices: false, clients: false, receivers: false, roles: false },
};
const hostile: ConsoleParts = { ...owner, operator: { name: HOSTILE, email: HOSTILE, role: 'manager' } };

export const WARNINGS = [
  settingWarning('above', { lower: 'LIVE_CODES_PER_NETWORK', upper: 'LIVE_CODES' }),
  settingWarning('few-guesses', { guesses: 12 }),
  settingWarning('plain-issuer', { host: HOSTILE }),
  settingWarning('passkeys-name', {}),
  settingWarning('passkeys-https', {}),
  ...(['yes', 'no'] as const).map((login) =>
    settingWarning('plain-mail', { host: 'mail.example.com', login }),
  ),
  settingWarning('plain-texts', { host: 'sms.example.com' }),
];

const overview: ConsoleOverviewView = {
  page: 'console-overview',
  ...owner,
  section: 'overview',
  standings: [
    { what: 'store', isWrong: false, count: 0, details: ['ready'] },
    { what: 'mails', isWrong: false, count: 3, details: [] },
    { what: 'notices', isWrong: false, count: 0, details: [] },
    { what: 'secrets', isWrong: false, count: 0, details: [] },
    { what: 'warnings', isWrong: false, count: 0, details: [] },
  ],
  figures: FIGURES.map((figure, place) => ({
    figure: figure.replaceAll('_', ''),
    day: place === 4 ? 0 : 12 * place + 1,
    week: 1234 * (place + 1),
  })),
};

const ACCOUNT = '0b6f2a52-1c1f-4c59-9a3b-5f1de5a8c001';
const ENDED = { act: 'end', to: 'Living room TV', action: `/admin/accounts/${ACCOUNT}/devices/d-1/end` };

const accounts: ConsoleListView = {
  page: 'console-list',
  ...owner,
  section: 'accounts',
  filters: [
    { name: 'q', type: 'search', value: 'ros' },
    { name: 'status', type: 'choice', value: 'active', choices: ['active', 'disabled'] },
    { name: 'created_after', type: 'date', value: '2026-01-31' },
    { name: 'created_before', type: 'date', value: '' },
  ],
  rows: ['Rosa Díaz', HOSTILE].map((title) => ({
    ...{ title, href: `/admin/accounts/${ACCOUNT}` },
    facts: [
      { what: 'email', words: title === HOSTILE ? HOSTILE : 'rosa@example.com' },
      { what: 'status', is: 'active' },
      { what: 'created', time: NOW },
    ],
  })),
  next: '/admin/accounts?q=ros&cursor=c1',
  isUnasked: false,
};

const account: ConsoleThingView = {
  page: 'console-thing',
  ...owner,
  section: 'accounts',
  title: 'Rosa Díaz',
  facts: [
    { what: 'email', words: 'rosa@example.com' },
    { what: 'id', words: ACCOUNT },
    { what: 'status', is: 'active' },
    { what: 'created', time: NOW },
    { what: 'twostep', is: 'true' },
  ],
  groups: [
    {
      group: 'devices',
      rows: [{ title: 'Living room TV', facts: [{ what: 'linked', time: NOW }], act: ENDED }],
    },
    { group: 'browsers', rows: [{ title: 'Firefox on Linux', facts: [{ what: 'used', time: NOW }] }] },
    { group: 'apps', rows: [] },
    { group: 'factors', rows: [{ title: 'Phone', facts: [{ what: 'kind', is: 'totp' }] }] },
  ],
  acts: ['disable', 'sign-out-everything', 'reset-mail', 'remove-factors', 'close'].map((act) => ({
    act: act.replaceAll('-', ''),
    action: `/admin/accounts/${ACCOUNT}/${act}`,
    isHarmless: act === 'reset-mail',
  })),
  events: [
    { kind: 'signed-in', name: undefined, by: 'owner', at: NOW },
    { kind: 'device-linked', name: HOSTILE, by: 'operator', at: NOW },
  ],
  older: `/admin/accounts/${ACCOUNT}?cursor=c1`,
};

const client: ConsoleThingView = {
  ...account,
  section: 'clients',
  title: 'Television',
  facts: [
    { what: 'id', words: 'television' },
    { what: 'status', is: 'active' },
    { what: 'origin', is: 'stored' },
  ],
  groups: [{ group: 'secrets', rows: [{ title: '', facts: [{ what: 'added', time: NOW }] }] }],
  acts: ['disable', 'end-devices', 'secrets'].map((act) => {
    return { act: `client${act.replaceAll('-', '')}`, action: `/admin/clients/television/${act}` };
  }),
  events: [],
  older: undefined,
  secret: 's3cr3t'.repeat(7),
};

const operators: ConsoleOperatorsView = {
  page: 'console-operators',
  ...owner,
  section: 'operators',
  roles: ['owner', 'manager', 'viewer'],
  rows: (['owner', 'viewer'] as const).map((role) => ({
    ...{ title: role === 'owner' ? 'Ada Lovelace' : HOSTILE, href: `/admin/accounts/${ACCOUNT}`, role },
    action: `/admin/operators/${ACCOUNT}`,
    facts: [
      { what: 'email', words: 'ada@example.com' },
      { what: 'role', is: role },
      { what: 'status', is: 'active' },
    ],
  })),
};

export const consoleSamples: readonly Sample[] = [
  { name: 'console-sign-in', view: { page: 'console-sign-in', ...owner, isStrong: true } },
  { name: 'console-sign-in-weak', view: { page: 'console-sign-in', ...viewer, isStrong: false } },
  { name: 'console-sign-in-hostile', view: { page: 'console-sign-in', ...hostile, isStrong: true } },
  { name: 'console-overview', view: overview },
  {
    name: 'console-overview-wrong',
    view: {
      ...overview,
      ...viewer,
      section: 'overview',
      standings: [
        { what: 'store', isWrong: true, count: 0, details: ['store-read-only'] },
        { what: 'mails', isWrong: true, count: 12_000, details: [] },
        { what: 'notices', isWrong: true, count: 900, details: [] },
        { what: 'secrets', isWrong: true, count: 1, details: ['b1946ac9'] },
        { what: 'warnings', isWrong: true, count: WARNINGS.length, details: WARNINGS },
      ],
    },
  },
  { name: 'console-list', view: accounts },
  { name: 'console-list-empty', view: { ...accounts, ...viewer, rows: [], section: 'accounts' } },
  {
    name: 'console-list-unasked',
    view: {
      ...accounts,
      ...{ section: 'devices', rows: [], next: undefined, isUnasked: true },
      filters: [{ name: 'client_id', type: 'search', value: '' }],
    },
  },
  { name: 'console-thing', view: account },
  { name: 'console-thing-client', view: client },
  {
    name: 'console-thing-hostile',
    view: {
      ...account,
      ...hostile,
      ...{ section: 'accounts', title: HOSTILE, notice: 'Done.' },
      facts: [{ what: 'email', words: HOSTILE }],
    },
  },
  {
    name: 'console-thing-viewer',
    view: { ...account, ...viewer, section: 'accounts', acts: [], events: [] },
  },
  { name: 'console-operators', view: operators },
  { name: 'console-operators-viewer', view: { ...operators, ...viewer, section: 'operators' } },
  {
    name: 'console-settings',
    view: {
      page: 'console-settings',
      ...owner,
      section: 'settings',
      version: '1.0.0',
      settings: [
        ['ADMIN', 'console'],
        ['BRAND_NAME', HOSTILE],
        ['LATCHKEY_SECRET', undefined],
      ],
    },
  },
  ...REFUSALS.map((why): Sample => {
    return {
      name: `console-refused-${why}`,
      view: { page: 'console-refused', ...viewer, status: 403, why, requestId: 'r-1' },
    };
  }),
];
