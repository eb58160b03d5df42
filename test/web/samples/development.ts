/** What only development shows. */
import { ASKED, HOSTILE, inside, out, type Sample } from './parts.ts';

const mail = { id: '1', to: 'ada@example.com', subject: 'Your code for Latchkey', date: ASKED };

export const development: readonly Sample[] = [
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
