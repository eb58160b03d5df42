/** Linking a device. */

import { DEVICE_TYPES } from '../../../src/devices/claimed-device.ts';
import type { DeviceConfirmView } from '../../../src/web/pages/device.ts';
import { scopeLabel } from '../../../src/web/pages/labels.ts';
import { ENGLISH } from '../../../src/words/reader.ts';
import {
  ASKED,
  expired,
  HOSTILE,
  HOSTILE_LINKS,
  hostileInside,
  inside,
  LINKS,
  NOW,
  type Sample,
  throttled,
  ticket,
  wrong,
} from './parts.ts';

function abilitiesOf(...scopes: string[]): string[] {
  return scopes.map((scope) => scopeLabel(ENGLISH, scope) ?? scope);
}

const confirm: DeviceConfirmView = {
  page: 'device-confirm',
  ...inside,
  action: '/device/confirm',
  ticket,
  userCode: 'WDJB-MJHT',
  appName: 'Riverside Player',
  links: LINKS,
  device: { type: 'tv', name: 'Living-room TV', model: 'Riverside Stick 4K' },
  request: { ipAddress: '192.168.1.23', network: 'same', at: ASKED },
  now: NOW,
  abilities: abilitiesOf('openid', 'profile', 'email', 'offline_access'),
  check: 'click',
  reasons: [],
};

const companion: DeviceConfirmView = {
  ...confirm,
  action: '/interaction/Vx2kQ0',
  ticket: undefined,
  userCode: undefined,
  appName: 'Riverside Radio',
  device: { type: 'speaker', name: 'Kitchen radio', model: 'Riverside R1' },
  firstOfItsKind: true,
};

export const device: readonly Sample[] = [
  { name: 'device-code', view: { page: 'device-code', ...inside } },
  { name: 'device-code-prefilled', view: { page: 'device-code', ...inside, userCode: 'WDJB-MJHT' } },
  {
    name: 'device-code-wrong',
    view: { page: 'device-code', ...inside, userCode: 'WDJB-MJHX', problem: wrong },
  },
  {
    name: 'device-code-too-short',
    view: {
      page: 'device-code',
      ...inside,
      userCode: 'WDJB-MJH',
      problem: { kind: 'too-short', missing: 1 },
    },
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
    name: 'device-confirm-type-code',
    view: {
      ...confirm,
      request: { ipAddress: '203.0.113.7', network: 'different', at: ASKED },
      abilities: abilitiesOf('openid', 'profile', 'offline_access'),
      check: 'type-code',
      reasons: ['other-network'],
    },
  },
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
      firstOfItsKind: true,
      check: 'type-code',
      reasons: ['other-network'],
    },
  },
  {
    name: 'device-confirm-fresh-proof',
    view: {
      ...confirm,
      request: { ipAddress: '203.0.113.7', network: 'different', country: 'NO', at: ASKED },
      check: 'fresh-proof',
      reasons: ['other-country', 'other-network'],
      numbers: [17, 42, 88],
      problem: { kind: 'fields', fields: { user_code: 'other' } },
    },
  },
  {
    name: 'device-confirm-proof',
    view: {
      ...confirm,
      request: { ipAddress: '203.0.113.7', network: 'different', country: 'NO', at: ASKED },
      check: 'fresh-proof',
      reasons: ['other-country', 'other-network'],
    },
  },
  { name: 'device-confirm-number', view: { ...confirm, numbers: [17, 42, 88] } },
  {
    name: 'device-confirm-api',
    view: {
      ...confirm,
      abilities: [
        ...confirm.abilities,
        `Act for you at https://${'mcp.'.repeat(100)}example.com/${'x'.repeat(90)}`,
      ],
    },
  },
  {
    name: 'device-confirm-number-missing',
    view: { ...confirm, numbers: [17, 42, 88], problem: { kind: 'fields', fields: { number: 'missing' } } },
  },
  {
    name: 'device-confirm-refused',
    view: {
      ...confirm,
      request: { ipAddress: '203.0.113.7', network: 'different', at: ASKED },
      check: 'refuse',
      reasons: ['flood'],
    },
  },
  {
    name: 'device-confirm-bare',
    view: {
      ...confirm,
      device: { type: 'other' },
      request: { ipAddress: '203.0.113.7', network: 'unknown', at: NOW },
      check: 'type-code',
      reasons: ['unknown-network'],
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
      links: HOSTILE_LINKS,
      device: { type: 'speaker', name: HOSTILE, model: HOSTILE },
      request: { ipAddress: HOSTILE, network: 'different', at: ASKED, userAgent: HOSTILE },
      abilities: [HOSTILE],
    },
  },
  ...DEVICE_TYPES.map((type) => ({
    name: `device-confirm-of-${type}`,
    view: { ...confirm, device: { type, name: 'Somewhere at home' } },
  })),
  { name: 'device-companion', view: companion },
  {
    name: 'device-companion-elsewhere',
    view: {
      ...companion,
      request: { ipAddress: '203.0.113.7', network: 'different', country: 'NO', at: ASKED },
      check: 'fresh-proof',
      reasons: ['other-country', 'other-network'],
      longestDays: 730,
    },
  },
  {
    name: 'device-companion-refused',
    view: {
      ...companion,
      request: { ipAddress: '203.0.113.7', network: 'different', at: ASKED },
      check: 'refuse',
      reasons: ['flood'],
    },
  },
  {
    name: 'device-companion-hostile',
    view: {
      ...companion,
      ...hostileInside,
      appName: HOSTILE,
      device: { type: 'speaker', name: HOSTILE, model: HOSTILE },
      request: { ipAddress: HOSTILE, network: 'different', country: 'NO', at: ASKED, userAgent: HOSTILE },
      abilities: [HOSTILE],
    },
  },
  { name: 'device-denied', view: { page: 'device-result', ...inside, outcome: 'denied' } },
  {
    name: 'device-denied-before',
    view: { page: 'device-result', ...inside, outcome: 'denied', isLate: true },
  },
  {
    name: 'device-linked-before',
    view: {
      page: 'device-result',
      ...inside,
      outcome: 'linked',
      device: { type: 'tv', name: 'Kitchen' },
      at: '/device/waiting?device=sealed',
      isLate: true,
    },
  },
  {
    name: 'device-linked-before-hostile',
    view: {
      page: 'device-result',
      ...hostileInside,
      outcome: 'linked',
      device: { type: 'tv', name: HOSTILE },
      at: '/device/waiting?device=sealed',
    },
  },
  { name: 'device-failed', view: { page: 'device-result', ...inside, outcome: 'failed' } },
  { name: 'device-full', view: { page: 'device-result', ...inside, outcome: 'full' } },
  {
    name: 'device-companion-full',
    view: { page: 'device-result', ...inside, outcome: 'full', again: '/interaction/Vx2kQ0' },
  },
];
