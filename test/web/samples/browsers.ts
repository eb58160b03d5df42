/** Signed-in browsers, and the end of everything. */
import type { BrowserRow, SignedOutEverythingView } from '../../../src/web/pages/browsers.ts';
import { ASKED, HOSTILE, hostileInside, inside, NOW, out, type Sample } from './parts.ts';

const here: BrowserRow = {
  id: 'b1',
  icon: 'computer',
  program: 'Firefox on Linux',
  address: '192.0.2.10',
  signedInAt: ASKED,
  lastSeen: NOW,
  isThis: true,
};
const there: BrowserRow = {
  ...here,
  id: 'b2',
  icon: 'phone',
  program: 'Chrome on Android',
  address: '2001:db8:85a3::8a2e:370:7334',
  lastSeen: ASKED,
  isThis: false,
};
const silent: BrowserRow = { ...there, id: 'b3', program: undefined };
const hostile: BrowserRow = { ...there, id: 'b4', program: HOSTILE, address: HOSTILE };
const section = 'security';

const ended: SignedOutEverythingView = {
  page: 'signed-out-everything',
  ...inside,
  kept: true,
  devices: [
    { type: 'tv', name: 'Living-room TV', model: 'Riverside Stick 4K' },
    { type: 'speaker', name: 'Kitchen' },
    { type: 'other' },
  ],
  deviceCount: 3,
  browsers: [there],
  browserCount: 1,
  apps: 2,
  waiting: 1,
  trusted: 1,
  now: NOW,
};

export const browsers: readonly Sample[] = [
  { name: 'account-compromised', view: { page: 'compromised', section, ...inside } },
  { name: 'account-compromised-hostile', view: { page: 'compromised', section, ...hostileInside } },
  { name: 'signed-out-everything-kept', view: ended },
  {
    name: 'signed-out-everything',
    view: {
      ...ended,
      ...out,
      signedInAs: undefined,
      kept: false,
      browsers: [here, silent],
      browserCount: 40,
      apps: 0,
    },
  },
  {
    name: 'signed-out-everything-nothing',
    view: {
      ...ended,
      devices: [],
      deviceCount: 0,
      browsers: [],
      browserCount: 0,
      apps: 0,
      waiting: 0,
      trusted: 0,
    },
  },
  {
    name: 'signed-out-everything-hostile',
    view: {
      ...ended,
      ...hostileInside,
      devices: [{ type: 'tv', name: HOSTILE, model: HOSTILE }],
      deviceCount: 120,
      browsers: [hostile],
    },
  },
];
