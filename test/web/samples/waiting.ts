/** Waiting for a device that was approved, and what came of it. */
import { DEVICE_TYPES } from '../../../src/devices/claimed-device.ts';
import type { DeviceWaitingView } from '../../../src/web/pages/waiting.ts';
import { ASKED, HOSTILE, hostileInside, inside, type Sample, ticket } from './parts.ts';

const waiting: DeviceWaitingView = {
  page: 'device-waiting',
  ...inside,
  device: { type: 'tv', name: 'Living-room TV', model: 'Riverside Stick 4K' },
  address: `/device/waiting?device=${ticket}`,
  ticket,
  streamed: false,
  answer: undefined,
};
const linked = { state: 'linked', deviceAt: '/account/devices/Vx2kQ0', former: undefined } as const;
const former = { id: 'Ab3dE9', linkedAt: ASKED, lastActivity: ASKED };

export const waitingSamples: readonly Sample[] = [
  ...DEVICE_TYPES.map((type) => ({
    name: `device-linked-${type}`,
    view: {
      ...waiting,
      device: type === 'other' ? { type } : { type, name: 'Living-room TV' },
      answer: { ...linked, mailTo: type === 'other' ? undefined : 'ada@example.com' },
    },
  })),
  {
    name: 'device-linked-hostile',
    view: {
      ...waiting,
      ...hostileInside,
      device: { type: 'tv', name: HOSTILE },
      answer: { ...linked, mailTo: HOSTILE },
    },
  },
  ...(['key', 'words'] as const).map((by) => ({
    name: `device-linked-again-${by}`,
    view: {
      ...waiting,
      answer: { ...linked, mailTo: 'ada@example.com', former: { ...former, by, device: waiting.device } },
    },
  })),
  {
    name: 'device-linked-again-hostile',
    view: {
      ...waiting,
      ...hostileInside,
      answer: {
        ...linked,
        mailTo: HOSTILE,
        former: { ...former, by: 'words', device: { type: 'tv', name: HOSTILE, model: HOSTILE } },
      },
    },
  },
  { name: 'device-waiting', view: { ...waiting, streamed: true } },
  { name: 'device-waiting-nameless', view: { ...waiting, device: { type: 'other' }, streamed: true } },
  {
    name: 'device-waiting-hostile',
    view: {
      ...waiting,
      ...hostileInside,
      device: { type: 'tv', name: HOSTILE },
      ticket: HOSTILE,
      streamed: true,
      answer: { state: 'waiting' },
    },
  },
  { name: 'device-waiting-late', view: { ...waiting, streamed: true, answer: { state: 'waiting' } } },
  { name: 'device-waiting-unknown', view: { ...waiting, streamed: true, answer: { state: 'unknown' } } },
  { name: 'device-waiting-asked', view: { ...waiting, answer: { state: 'waiting' } } },
  { name: 'device-late', view: { ...waiting, answer: { state: 'late' } } },
  { name: 'device-ended', view: { ...waiting, answer: { state: 'ended' } } },
];
