/** Receivers of webhooks, in the operator console. */
import type {
  ConsoleDeliveriesView,
  ConsoleParts,
  ConsoleReceiverView,
} from '../../../src/web/pages/console.ts';
import { streamRows, streamSamples } from './console-streams.ts';
import { csrf, HOSTILE, NOW, type Sample } from './parts.ts';

const owner: ConsoleParts = {
  csrf,
  operator: { name: 'Ada Lovelace', email: 'ada@example.com', role: 'owner' },
  may: { accounts: true, devices: true, clients: true, receivers: true, roles: true },
  section: 'deliveries',
  once: 'f3a1c2d4-0000-4000-8000-000000000000',
};
const viewer: ConsoleParts = {
  ...owner,
  operator: { ...owner.operator, role: 'viewer' },
  may: { accounts: false, devices: false, clients: false, receivers: false, roles: false },
};

const HOME = '/admin/deliveries/maker';
const taken = { what: 'lasttaken', time: NOW };
const counts = (waiting: number, dead: number) => [
  { what: 'waiting', count: waiting },
  { what: 'nottaken', count: dead },
];
const FAILING = [
  { what: 'failingsince', time: NOW },
  { what: 'lastfailure', failure: { kind: 'status', code: '503' } },
];

const list: ConsoleDeliveriesView = {
  page: 'console-deliveries',
  ...owner,
  streams: streamRows,
  rows: [
    { id: 'billing', href: '/admin/deliveries/billing', stands: 'on', facts: [...counts(0, 0), taken] },
    { id: 'maker', href: HOME, stands: 'failing', facts: [...counts(12_004, 31), taken, ...FAILING] },
    {
      ...{ id: 'warehouse', href: '/admin/deliveries/warehouse', stands: 'off' },
      facts: [{ what: 'offbecause', is: 'offgone' }, { what: 'offsince', time: NOW }, ...counts(0, 204)],
    },
  ],
};

const KINDS = ['status', 'off', 'crowded', 'late', 'refused', 'certificate', 'name', 'connection', 'other'];

const receiver: ConsoleReceiverView = {
  page: 'console-receiver',
  ...owner,
  kind: 'webhooks',
  id: 'maker',
  stands: 'failing',
  facts: [
    { what: 'address', words: 'https://maker.example.com/webhooks/latchkey' },
    {
      what: 'hears',
      words: 'account.closed, client.disabled, device.deregistered, device.linked, device.renamed',
    },
    { what: 'clients', words: 'television, radio' },
    ...[...counts(12, 31), taken, ...FAILING],
    { what: 'hearssince', time: NOW },
  ],
  acts: [
    { act: 'ping', isHarmless: true, action: `${HOME}/ping` },
    { act: 'replayall', isHarmless: true, action: `${HOME}/replay` },
    { act: 'receiveroff', action: `${HOME}/off` },
  ],
  dead: KINDS.map((kind, index) => ({
    title: index % 2 === 0 ? 'device.linked' : 'account.signed_out_everything',
    facts: [
      { what: 'happened', time: NOW },
      { what: 'givenup', time: NOW },
      { what: 'tries', count: 10 },
      { what: 'lastfailure', failure: { kind, code: kind === 'status' ? '500' : '(ECONNREFUSED)' } },
      { what: 'webhookid', words: 'msg_4n0bJ8m2vTq1YwXz7LrKe5Ds9Hg' },
    ],
    act: {
      act: 'replay',
      isHarmless: true,
      to: 'device.linked',
      which: `msg_${index}`,
      action: `${HOME}/replay`,
    },
  })),
  older: `${HOME}?cursor=c1`,
};

export const consoleDeliverySamples: readonly Sample[] = [
  { name: 'console-deliveries', view: list },
  { name: 'console-deliveries-none', view: { ...list, ...viewer, rows: [], streams: [] } },
  {
    name: 'console-deliveries-hostile',
    view: {
      ...list,
      rows: [
        {
          ...{ id: HOSTILE, href: HOME, stands: 'failing' as const },
          facts: [{ what: 'lastfailure', failure: { kind: 'other', code: HOSTILE } }],
        },
      ],
    },
  },
  { name: 'console-receiver', view: receiver },
  { name: 'console-receiver-told', view: { ...receiver, notice: 'The receiver has taken the ping.' } },
  {
    name: 'console-receiver-off',
    view: {
      ...receiver,
      stands: 'off',
      facts: [{ what: 'offbecause', is: 'offsilent' }, { what: 'offsince', time: NOW }, ...counts(0, 2)],
      acts: [{ act: 'receiveron', isHarmless: true, action: `${HOME}/on` }],
      dead: receiver.dead.slice(0, 2).map(({ act: _act, ...row }) => row),
      older: undefined,
    },
  },
  {
    name: 'console-receiver-viewer',
    view: { ...receiver, ...viewer, stands: 'on', acts: [], dead: [], older: undefined },
  },
  ...streamSamples(receiver),
];
