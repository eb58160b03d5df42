import { z } from 'zod';
import type { ManagedReceivers, ShownReceiver } from '../webhooks/managed-receivers.ts';
import type { Cursors } from './cursors.ts';
import { deadLetterRoutes, LOOKING, RECEIVERS_SCOPE } from './dead-letter-routes.ts';
import { found } from './problem.ts';
import { type AdminCall, type AdminRoute, route } from './route.ts';
import { time, timeOf, timeOrNull } from './schemas.ts';

export interface ReceiverRouteParts {
  readonly receivers: ManagedReceivers;
  readonly cursors: Cursors;
}

export const receiverShown = z.strictObject({
  id: z.string(),
  url: z.string().describe('Without its query'),
  events: z.array(z.string()),
  clients: z.array(z.string()).nullable().describe('null: of all'),
  status: z.enum(['on', 'off']),
  off: z
    .strictObject({ since: time, reason: z.enum(['gone', 'silent', 'operator']) })
    .nullable()
    .describe('`gone`: it answered 410; `silent`: it took nothing for 3 days'),
  hears_since: time,
  waiting: z.int(),
  dead: z.int(),
  last_taken_at: time.nullable(),
  failing_since: time.nullable(),
  last_failure: z
    .string()
    .nullable()
    .describe('A status, or what went wrong; null: the newest try was taken'),
});

/** Who is told what happens to accounts and devices. They are written in the webhooks file. */
export function receiverRoutes(parts: ReceiverRouteParts): AdminRoute[] {
  return [
    ...readingRoutes(parts),
    ...deadLetterRoutes({
      ...{ name: 'receivers', path: '/receivers/{receiver}', id: '`webhook-id`' },
      cursors: parts.cursors,
      lettersOf: async (call) => parts.receivers.lettersOf(idOf(call)),
    }),
    ...switchRoutes(parts),
    pinging(parts),
  ];
}

const idOf = ({ params }: Pick<AdminCall, 'params'>) => params['receiver'] ?? '';

function readingRoutes({ receivers }: ReceiverRouteParts): AdminRoute[] {
  return [
    route({
      name: 'receivers-list',
      method: 'GET',
      path: '/receivers',
      ...LOOKING,
      summary: 'Receivers of webhooks, and how each is; at most 100, so that there is one page',
      answers: { 200: z.strictObject({ data: z.array(receiverShown) }) },
      answer: async () => ({ status: 200, body: { data: (await receivers.list()).map(show) } }),
    }),
    route({
      name: 'receivers-get',
      method: 'GET',
      path: '/receivers/{receiver}',
      ...LOOKING,
      summary: 'One receiver',
      answers: { 200: receiverShown },
      answer: async (call) => ({ status: 200, body: show(found(await receivers.show(idOf(call)))) }),
    }),
  ];
}

function switchRoutes({ receivers }: ReceiverRouteParts): AdminRoute[] {
  const SUMMARIES = {
    on: 'Let it hear again; what it has missed meanwhile is replayed by a call of its own',
    off: 'Send it nothing: what it would have heard goes to its dead letters',
  } as const;
  return (['on', 'off'] as const).map((to) =>
    route({
      name: `receivers-${to}`,
      method: 'POST',
      path: `/receivers/{receiver}/${to}`,
      scope: RECEIVERS_SCOPE,
      summary: SUMMARIES[to],
      answers: { 200: z.strictObject({ changed: z.boolean() }) },
      answer: async (call) => {
        return { status: 200, body: { changed: found(await receivers.switch(idOf(call), to)) } };
      },
    }),
  );
}

function pinging({ receivers }: ReceiverRouteParts): AdminRoute {
  return route({
    name: 'receivers-ping',
    method: 'POST',
    path: '/receivers/{receiver}/ping',
    scope: RECEIVERS_SCOPE,
    summary: 'Send it a `ping` now, once, also where it is off',
    answers: { 200: z.strictObject({ taken: z.boolean(), failure: z.string().nullable() }) },
    answer: async (call) => {
      const tried = found(await receivers.ping(idOf(call)));
      const failure = 'reason' in tried ? tried.reason : null;
      return { status: 200, body: { taken: failure === null, failure } };
    },
  });
}

function show({ types, clients, since, state, ...rest }: ShownReceiver): z.infer<typeof receiverShown> {
  const { off, taken, failing, reason } = state;
  return {
    ...rest,
    events: [...types],
    clients: clients ? [...clients] : null,
    status: off ? 'off' : 'on',
    off: off ? { since: timeOf(off.at), reason: off.why } : null,
    hears_since: timeOf(since),
    last_taken_at: timeOrNull(taken),
    failing_since: timeOrNull(failing),
    last_failure: reason ?? null,
  };
}
