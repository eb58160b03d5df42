/** `/account`: the one list of devices, browsers and apps; and the page of one browser. */
import type { AccessRow, AccountView } from '../../../src/web/pages/access-list.ts';
import { ASKED, HOSTILE, hostileInside, inside, NOW, type Sample } from './parts.ts';

const row: AccessRow = {
  href: '/account/devices/d1',
  icon: 'tv',
  name: 'Bedroom TV',
  kind: 'tv',
  type: 'TV',
  person: 'Ben',
  since: ASKED,
  lastActivity: NOW,
  isThis: false,
  isNew: true,
  isUnused: false,
  words: [],
};
const ago = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);
const old = { person: undefined, isNew: false, since: new Date('2025-11-20T18:03:00Z') };
const rows: readonly AccessRow[] = [
  {
    ...row,
    ...old,
    href: '/account/browsers/b1',
    icon: 'phone',
    name: 'Chrome on Android',
    kind: 'browser',
    type: 'Browser',
    isThis: true,
  },
  row,
  { ...row, ...old, icon: 'speaker', name: 'Kitchen', kind: 'speaker', type: 'Speaker', lastActivity: ASKED },
  {
    ...row,
    ...old,
    icon: 'ereader',
    name: 'Grandma’s reader',
    kind: 'ereader',
    type: 'E-reader',
    person: 'Inge',
    lastActivity: ago(30),
  },
  {
    ...row,
    ...old,
    href: '/account/browsers/b2',
    icon: 'computer',
    name: 'Firefox on Windows',
    kind: 'browser',
    type: 'Browser',
    lastActivity: ago(72),
  },
  {
    ...row,
    ...old,
    href: '/account/apps/a1',
    icon: 'apps',
    name: 'Riverside Notes',
    kind: 'app',
    type: 'App',
    lastActivity: ago(120),
  },
  {
    ...row,
    ...old,
    icon: 'cli',
    name: 'build-box',
    kind: 'cli',
    type: 'Command line',
    lastActivity: ago(290),
  },
  {
    ...row,
    ...old,
    icon: 'doorbell',
    name: 'Front door',
    kind: 'doorbell',
    type: 'Doorbell',
    lastActivity: ago(94 * 24),
    isUnused: true,
  },
];
const [own = row] = rows;
const ended: AccessRow = { ...row, ...old, name: 'Old box', endedAt: new Date('2025-12-01T00:00:00Z') };

const list: AccountView = {
  page: 'account',
  section: 'devices',
  ...inside,
  show: 'all',
  counts: { all: 8, devices: 5, browsers: 2, apps: 1 },
  waiting: [],
  rows,
  found: 8,
  search: '',
  order: 'activity',
  pageNumber: 1,
  pages: 1,
  now: NOW,
};
const none = { all: 1, devices: 0, browsers: 1, apps: 0 };
const hostile: AccessRow = { ...row, name: HOSTILE, person: HOSTILE };
const browser = {
  icon: 'phone',
  id: 'b1',
  program: 'Chrome on Android',
  address: '192.0.2.44',
  signedInAt: ASKED,
  lastSeen: ASKED,
  isThis: true,
};
const oneBrowser = { page: 'browser', section: 'devices', now: NOW } as const;

export const accessList: readonly Sample[] = [
  { name: 'account', view: { ...list, notice: 'The browser is signed out.' } },
  { name: 'account-hostile', view: { ...list, ...hostileInside, rows: [own, hostile], notice: HOSTILE } },
  { name: 'account-new', view: { ...list, rows: [own], counts: none, found: 1 } },
  { name: 'account-ended', view: { ...list, rows: [own, ended], counts: none, found: 2 } },
  { name: 'account-apps-none', view: { ...list, show: 'apps', rows: [], counts: none, found: 0 } },
  {
    name: 'account-only-browsers',
    view: { ...list, show: 'browsers', rows: rows.filter(({ type }) => type === 'Browser'), found: 2 },
  },
  {
    name: 'account-waiting',
    view: {
      ...list,
      waiting: [
        { id: 'w1', device: { type: 'tv', name: 'Bedroom TV' } },
        { id: 'w2', device: { type: 'other' } },
      ],
    },
  },
  {
    name: 'account-waiting-hostile',
    view: { ...list, waiting: [{ id: 'w1', device: { type: 'tv', name: HOSTILE, model: HOSTILE } }] },
  },
  {
    name: 'account-many',
    view: {
      ...list,
      counts: { all: 263, devices: 250, browsers: 12, apps: 1 },
      found: 263,
      pageNumber: 2,
      pages: 11,
    },
  },
  {
    name: 'account-found-hostile',
    view: { ...list, search: HOSTILE, order: 'name', rows: [{ ...hostile, name: undefined }], found: 1 },
  },
  { name: 'account-browser', view: { ...oneBrowser, ...inside, row: { ...browser, isThis: false } } },
  { name: 'account-browser-this', view: { ...oneBrowser, ...inside, row: browser } },
  {
    name: 'account-browser-bare',
    view: {
      ...oneBrowser,
      ...inside,
      row: { ...browser, icon: 'browser', program: undefined, isThis: false },
    },
  },
  {
    name: 'account-browser-hostile',
    view: { ...oneBrowser, ...hostileInside, row: { ...browser, program: HOSTILE, address: HOSTILE } },
  },
];
