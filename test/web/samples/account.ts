/** `/account` and what lies below it. */
import type { DeviceFacts } from '../../../src/web/pages/linked-devices.ts';
import type { View } from '../../../src/web/pages/view.ts';
import { ASKED, HOSTILE, HOSTILE_LINKS, hostileInside, inside, LINKS, NOW, type Sample } from './parts.ts';

const device: DeviceFacts = {
  id: 'q1w2e3r4t5z6u7i8o9p0aa',
  device: { type: 'tv', name: 'Living-room TV', model: 'Riverside Stick 4K' },
  appName: 'Riverside Player',
  linkedAt: new Date('2025-11-20T18:03:00Z'),
  lastActivity: ASKED,
  dormant: false,
  bound: true,
  companion: false,
  linkKey: undefined,
  abilities: ['See your name', 'Stay signed in while you don’t use it'],
  member: 'Ben',
  claimedName: 'TV-4711',
  linkedFrom: { address: '192.0.2.44', program: 'Chrome on Android' },
  endsAt: new Date('2027-11-20T18:03:00Z'),
};
const bare: DeviceFacts = {
  ...device,
  device: { type: 'other' },
  lastActivity: new Date('2025-12-01T00:00:00Z'),
  dormant: true,
  bound: false,
  member: undefined,
  abilities: [],
  claimedName: undefined,
  linkedFrom: { address: '', program: undefined },
};
const ended: DeviceFacts = { ...device, abilities: [], endedAt: new Date('2025-12-01T00:00:00Z') };
const hostileDevice: DeviceFacts = {
  ...device,
  linkKey: HOSTILE,
  abilities: [HOSTILE, HOSTILE],
  companion: true,
  device: { type: 'speaker', name: HOSTILE, model: HOSTILE },
  appName: HOSTILE,
  member: HOSTILE,
  claimedName: HOSTILE,
  linkedFrom: { address: HOSTILE, program: HOSTILE },
};
const members = [
  { id: 'm1', name: 'Ben' },
  { id: 'm2', name: 'Grandma' },
];
const hostileMember = { id: 'm3', name: HOSTILE };

const parts = { section: 'devices', ...inside } as const;
const hostileParts = { section: 'devices', ...hostileInside } as const;

const deviceForms: readonly Sample[] = [
  { name: 'account-device-rename', view: { page: 'device-rename', ...parts, ...device } },
  { name: 'account-device-rename-bare', view: { page: 'device-rename', ...parts, ...bare } },
  {
    name: 'account-device-rename-hostile',
    view: { page: 'device-rename', ...hostileParts, ...hostileDevice },
  },
  {
    name: 'account-device-member',
    view: { page: 'device-member', ...parts, ...device, members, memberId: 'm1' },
  },
  {
    name: 'account-device-member-hostile',
    view: {
      page: 'device-member',
      ...hostileParts,
      ...hostileDevice,
      members: [hostileMember],
      memberId: 'm3',
    },
  },
];

const devices: readonly Sample[] = [
  {
    name: 'account-device',
    view: { page: 'device', ...parts, facts: device, members, links: LINKS, now: NOW },
  },
  {
    name: 'account-device-saved',
    view: { page: 'device', ...parts, facts: device, members, links: LINKS, now: NOW, notice: 'Saved.' },
  },
  {
    name: 'account-device-bare',
    view: { page: 'device', ...parts, facts: bare, members: [], links: [], now: NOW },
  },
  {
    name: 'account-device-ended',
    view: { page: 'device', ...parts, facts: ended, members, links: [], now: NOW },
  },
  {
    name: 'account-device-hostile',
    view: {
      page: 'device',
      ...hostileParts,
      facts: hostileDevice,
      members: [hostileMember],
      links: HOSTILE_LINKS,
      now: NOW,
    },
  },
  ...deviceForms,
  { name: 'account-add-device', view: { page: 'add-device', ...parts, setUpByApp: [], takesKeys: false } },
  {
    name: 'account-add-device-by-app',
    view: {
      page: 'add-device',
      ...parts,
      setUpByApp: ['Riverside Radio', 'Riverside Reader'],
      takesKeys: true,
    },
  },
  {
    name: 'account-add-device-hostile',
    view: { page: 'add-device', ...hostileParts, setUpByApp: [HOSTILE], takesKeys: false },
  },
  { name: 'account-deregister', view: { page: 'deregister', ...parts, row: device, now: NOW } },
  { name: 'account-deregister-bare', view: { page: 'deregister', ...parts, row: bare, now: NOW } },
  {
    name: 'account-deregister-hostile',
    view: { page: 'deregister', ...hostileParts, row: hostileDevice, now: NOW },
  },
  { name: 'account-deregistered', view: { page: 'deregistered', ...parts, outcome: 'ended', ...device } },
  { name: 'account-deregistered-bare', view: { page: 'deregistered', ...parts, outcome: 'ended', ...bare } },
  {
    name: 'account-deregistered-hostile',
    view: { page: 'deregistered', ...hostileParts, outcome: 'ended', ...hostileDevice },
  },
  { name: 'account-deregistered-gone', view: { page: 'deregistered', ...parts, outcome: 'gone' } },
];

const household: readonly Sample[] = [
  { name: 'account-household-none', view: { page: 'household', ...parts, section: 'settings', members: [] } },
  {
    name: 'account-household',
    view: {
      page: 'household',
      ...parts,
      section: 'settings',
      members: members.map((member, index) => ({ ...member, devices: index })),
      notice: 'Added.',
    },
  },
  ...(['missing', 'too-long', 'too-many'] as const).map((error) => ({
    name: `account-household-${error}`,
    view: {
      page: 'household',
      ...parts,
      section: 'settings',
      members: [{ ...hostileMember, devices: 2 }],
      memberName: 'Ben',
      problem: { kind: 'fields', fields: { member_name: error } },
    } satisfies View,
  })),
  {
    name: 'account-household-hostile',
    view: {
      page: 'household',
      ...hostileParts,
      section: 'settings',
      members: [{ ...hostileMember, devices: 2 }],
      memberName: HOSTILE,
    },
  },
  {
    name: 'account-household-member',
    view: {
      page: 'household-member',
      ...parts,
      section: 'settings',
      member: { id: 'm1', name: 'Ben' },
      devices: ['TV', undefined],
    },
  },
  {
    name: 'account-household-member-hostile',
    view: {
      page: 'household-member',
      ...hostileParts,
      section: 'settings',
      member: hostileMember,
      devices: [HOSTILE],
    },
  },
  {
    name: 'account-household-member-wrong',
    view: {
      page: 'household-member',
      ...parts,
      section: 'settings',
      member: { id: 'm1', name: 'Ben' },
      devices: [],
      problem: { kind: 'fields', fields: { member_name: 'missing' } },
    },
  },
];

export const account: readonly Sample[] = [...devices, ...household];
