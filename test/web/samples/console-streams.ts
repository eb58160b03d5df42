/** Streams of security events, in the operator console. */
import type { ConsoleDeliveriesView, ConsoleReceiverView } from '../../../src/web/pages/console.ts';
import { HOSTILE, NOW, type Sample } from './parts.ts';

const HOME = '/admin/streams/directory';
const counts = (waiting: number, dead: number) => [
  { what: 'waiting', count: waiting },
  ...(waiting > 0 ? [{ what: 'oldestwaiting', time: NOW }] : []),
  { what: 'nottaken', count: dead },
];
const FAILING = [
  { what: 'failingsince', time: NOW },
  { what: 'lastfailure', failure: { kind: 'connection', code: '(ECONNREFUSED)' } },
];
const SILENT = [
  { what: 'pausedbecause', is: 'pausedsilent' },
  { what: 'pausedsince', time: NOW },
];

export const streamRows: ConsoleDeliveriesView['streams'] = [
  { id: 'directory', href: HOME, stands: 'paused', facts: [...SILENT, ...FAILING, ...counts(1204, 3)] },
  { id: 'maker', href: '/admin/streams/maker', stands: 'failing', facts: [...FAILING, ...counts(12, 0)] },
  {
    ...{ id: 'notes', href: '/admin/streams/notes', stands: 'on' },
    facts: [...counts(0, 0), { what: 'lasttaken', time: NOW }],
  },
  {
    ...{ id: HOSTILE, href: '/admin/streams/hostile', stands: 'off' },
    facts: [{ what: 'inwords', words: HOSTILE }, ...counts(0, 0)],
  },
];

const DEAD = ['rejected', 'status', 'crowded'];

/** @param receiver of webhooks */
export function streamSamples(receiver: ConsoleReceiverView): Sample[] {
  const stream: ConsoleReceiverView = {
    ...receiver,
    kind: 'streams',
    id: 'directory',
    stands: 'paused',
    facts: [
      ...[...SILENT, ...FAILING, ...counts(1204, 3)],
      { what: 'address', words: 'directory.example.com' },
      { what: 'hears', words: 'session-revoked, credential-change' },
      { what: 'description', words: 'Signs out of the directory' },
      { what: 'streamid', words: 'K3f0aV1xQm2bZ9cYt7Lw4g' },
      { what: 'hearssince', time: NOW },
    ],
    acts: [
      { act: 'replayall', isHarmless: true, action: `${HOME}/replay` },
      { act: 'streamenable', isHarmless: true, action: `${HOME}/enable` },
      { act: 'streamdelete', action: `${HOME}/delete` },
    ],
    dead: DEAD.map((kind, index) => ({
      title: 'session-revoked',
      facts: [
        { what: 'happened', time: NOW },
        { what: 'givenup', time: NOW },
        { what: 'tries', count: 1 },
        { what: 'lastfailure', failure: { kind, code: kind === 'status' ? '500' : '(invalid_key)' } },
        { what: 'jti', words: 'K3f0aV1xQm2bZ9cYt7Lw4g.9mR0kP3s5uVx7yB1dF4hJw.1795924518523-0.0' },
      ],
      act: {
        ...{ act: 'replay', isHarmless: true, to: 'session-revoked', which: `jti-${index}` },
        action: `${HOME}/replay`,
      },
    })),
    older: undefined,
  };
  return [
    { name: 'console-receiver-stream', view: stream },
    {
      name: 'console-receiver-stream-polls',
      view: {
        ...stream,
        stands: 'on',
        facts: [
          ...counts(0, 0),
          { what: 'delivery', is: 'poll' },
          { what: 'hears', is: 'allevents' },
          { what: 'inwords', words: HOSTILE },
        ],
        acts: [
          { act: 'streampause', action: `${HOME}/pause` },
          { act: 'streamdelete', action: `${HOME}/delete` },
        ],
        dead: [],
      },
    },
  ];
}
