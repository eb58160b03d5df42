/** Keys by which machines without a screen are linked: none, some, the form in its states, and a key that was made. */
import type { LinkKeyRow, LinkKeysView, MakeLinkKeyView } from '../../../src/web/pages/link-keys.ts';
import { ASKED, HOSTILE, hostileInside, inside, NOW, type Sample } from './parts.ts';

const parts = { section: 'devices', ...inside } as const;
const row: LinkKeyRow = {
  id: 'q1w2e3r4t5z6u7i8o9p0aa',
  name: 'Rack 4',
  appName: 'Rack server',
  uses: 3,
  usesLeft: 2,
  endsAt: new Date('2026-03-06T14:00:00Z'),
  network: '192.0.2.0/24',
  refused: { at: ASKED, why: 'network' },
};
const unsure: LinkKeyRow = { ...row, id: 'y1x2c3v4b5n6m7a8s9d0fg', refused: { at: ASKED, why: 'unsure' } };
const bare: LinkKeyRow = {
  ...row,
  id: 'q1w2e3r4t5z6u7i8o9p0ab',
  name: 'Kiosk',
  uses: 1,
  usesLeft: 1,
  network: undefined,
  refused: undefined,
};
const list: LinkKeysView = {
  page: 'link-keys',
  ...parts,
  rows: [row, unsure, bare],
  canMake: true,
  now: NOW,
};
const form: MakeLinkKeyView = {
  page: 'make-link-key',
  ...parts,
  clients: [
    { id: 'rack', name: 'Rack server' },
    { id: 'kiosk', name: 'Kiosk' },
  ],
  abilities: [
    { scope: 'profile', words: 'See your name', ticked: true },
    { scope: 'email', words: 'See your email address', ticked: false },
  ],
  lives: ['hour', 'day', 'week'],
  here: '192.0.2.0/24',
  typed: {},
};
const wrong = { key_name: 'missing', uses: 'not-a-count', network_address: 'not-an-address' } as const;
const hostileTyped = { key_name: HOSTILE, uses: HOSTILE, network: 'there', network_address: HOSTILE };

export const linkKeys: readonly Sample[] = [
  { name: 'link-keys', view: list },
  { name: 'link-keys-none', view: { ...list, rows: [] } },
  { name: 'link-keys-not-taken', view: { ...list, rows: [], canMake: false } },
  {
    name: 'link-keys-hostile',
    view: {
      ...list,
      ...hostileInside,
      rows: [{ ...row, name: HOSTILE, appName: HOSTILE, network: HOSTILE }],
    },
  },
  { name: 'make-link-key', view: form },
  { name: 'make-link-key-elsewhere', view: { ...form, here: undefined } },
  { name: 'make-link-key-wrong', view: { ...form, problem: { kind: 'fields', fields: wrong } } },
  { name: 'make-link-key-too-many', view: { ...form, problem: { kind: 'too-many' } } },
  {
    name: 'make-link-key-hostile',
    view: { ...form, ...hostileInside, clients: [{ id: HOSTILE, name: HOSTILE }], typed: hostileTyped },
  },
  { name: 'link-key', view: { page: 'link-key', ...parts, name: 'Rack 4', key: `lk_${'A'.repeat(65)}` } },
  {
    name: 'link-key-hostile',
    view: {
      page: 'link-key',
      section: 'devices',
      ...hostileInside,
      name: HOSTILE,
      key: `lk_${'A'.repeat(65)}`,
    },
  },
];
