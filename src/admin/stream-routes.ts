import { z } from 'zod';
import type { ShownStream, SupervisedStreams } from '../signals/supervised-streams.ts';
import type { Cursors } from './cursors.ts';
import { deadLetterRoutes, LOOKING, RECEIVERS_SCOPE } from './dead-letter-routes.ts';
import { found } from './problem.ts';
import { type AdminCall, type AdminRoute, route } from './route.ts';
import { opened, pageOf, paging, time, timeOf, timeOrNull } from './schemas.ts';
import { switchRoutes } from './switch-routes.ts';
import { showTries, triesShown } from './tries-shown.ts';

export interface StreamRouteParts {
  readonly streams: SupervisedStreams;
  readonly cursors: Cursors;
}

export const streamShown = z.strictObject({
  client_id: z.string().describe('Its receiver'),
  id: z.string().describe('`stream_id`'),
  method: z.enum(['push', 'poll']),
  endpoint_host: z.string().nullable().describe('Where events are pushed to; null: its receiver polls'),
  description: z.string().nullable().describe('In the words of its receiver'),
  status: z.enum(['enabled', 'paused', 'disabled']),
  reason: z.string().nullable().describe('Of the status; its receiver’s words, or ours'),
  paused: z
    .strictObject({ since: time, reason: z.enum(['silent', 'operator']) })
    .nullable()
    .describe('By this server: `silent`: nothing was taken for 3 days; null: not by this server'),
  events: z.array(z.string()).nullable().describe('URIs; null: of all'),
  hears_since: time,
  waiting: z.int(),
  oldest_waiting_at: time.nullable(),
  dead: z.int(),
  ...triesShown,
});

const PAUSES = {
  pause: 'Give its receiver nothing; what happens waits, and its receiver cannot enable or delete it',
  enable: 'End a pause of the operator, or of this server; one of its receiver stays',
} as const;

const idOf = ({ params }: Pick<AdminCall, 'params'>) => params['client'] ?? '';

/** Who hears of security events, each by its client. Receivers make their streams themselves. */
export function streamRoutes({ streams, cursors }: StreamRouteParts): AdminRoute[] {
  return [
    ...readingRoutes({ streams, cursors }),
    ...deadLetterRoutes({
      ...{ name: 'streams', path: '/streams/{client}', id: '`jti`', cursors },
      lettersOf: (call) => streams.lettersOf(idOf(call)),
    }),
    ...switchRoutes({
      ...{ name: 'streams', path: '/streams/{client}', summaries: PAUSES },
      change: (call, act) => streams[act](idOf(call)),
    }),
    route({
      name: 'streams-delete',
      method: 'DELETE',
      path: '/streams/{client}',
      scope: RECEIVERS_SCOPE,
      summary: 'End it with all that waits; its client may make a new one, unless it is disabled',
      answers: { 204: undefined },
      answer: async (call) => {
        found((await streams.remove(idOf(call))) || undefined);
        return { status: 204 };
      },
    }),
  ];
}

function readingRoutes({ streams, cursors }: StreamRouteParts): AdminRoute[] {
  return [
    route({
      name: 'streams-list',
      method: 'GET',
      path: '/streams',
      ...LOOKING,
      summary: 'Streams of security events, and how each is, by the ids of their clients',
      query: z.strictObject(paging),
      answers: { 200: pageOf(streamShown) },
      answer: async ({ query: { limit, cursor } }) => {
        const after = cursor === undefined ? '' : opened(cursors.open<string>('streams', {}, cursor));
        const page = await streams.list(limit, after);
        const last = page.length === limit ? page.at(-1) : undefined;
        const next = last ? cursors.seal('streams', {}, last.clientId) : null;
        return { status: 200, body: { data: page.map(show), next } };
      },
    }),
    route({
      name: 'streams-get',
      method: 'GET',
      path: '/streams/{client}',
      ...LOOKING,
      summary: 'The stream of one client',
      answers: { 200: streamShown },
      answer: async (call) => ({ status: 200, body: show(found(await streams.show(idOf(call)))) }),
    }),
  ];
}

function show(stream: ShownStream): z.infer<typeof streamShown> {
  const { clientId, id, method, status, waiting, dead, state } = stream;
  const { off } = state;
  return {
    ...{ client_id: clientId, id, method, status, waiting, dead },
    endpoint_host: stream.host ?? null,
    description: stream.description ?? null,
    reason: stream.reason ?? null,
    paused: off ? { since: timeOf(off.at), reason: off.why === 'operator' ? 'operator' : 'silent' } : null,
    events: stream.requested ? [...stream.requested] : null,
    hears_since: timeOf(stream.since),
    oldest_waiting_at: timeOrNull(stream.oldest),
    ...showTries(state),
  };
}
