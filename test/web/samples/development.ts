/** What only development shows. */
import type { DemoTvView } from '../../../src/web/pages/demo-tv.ts';
import { ASKED, HOSTILE, inside, out, type Sample } from './parts.ts';

const mail = { id: '1', to: 'ada@example.com', subject: 'Your code for Latchkey', date: ASKED };

const tv: DemoTvView = {
  page: 'demo-tv',
  csrf: '',
  device: { type: 'tv', name: 'Living room' },
  type: 'tv',
  clientId: 'living-room-tv',
  issuer: 'http://localhost:3000',
  phoneReaches: true,
  phoneAddress: 'http://192.168.1.23:3000',
};

export const development: readonly Sample[] = [
  { name: 'demo-tv', view: tv },
  {
    name: 'demo-tv-speaker',
    view: {
      ...tv,
      device: { type: 'speaker', name: 'Kitchen' },
      type: 'speaker',
      phoneAddress: undefined,
      phoneReaches: false,
    },
  },
  { name: 'demo-tv-hostile', view: { ...tv, device: { type: 'other', name: HOSTILE } } },
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
    name: 'outbox-mail-framed',
    view: {
      page: 'outbox-mail',
      ...out,
      mail: { ...mail, text: 'Hello Ada,\n\nyour code is 492 118.\n' },
      frame: '/dev/outbox/1/html',
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
