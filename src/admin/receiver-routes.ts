import { z } from 'zod';
import type { ManagedReceivers, ShownReceiver } from '../webhooks/managed-receivers.ts';
import type { Cursors } from './cursors.ts';
import { deadLetterRoutes, LOOKING, RECEIVERS_SCOPE } from './dead-letter-routes.ts';
import { found } from './problem.ts';
import { type AdminCall, type AdminRoute, route } from './route.ts';
import { time, timeOf } from './schemas.ts';
import { switchRoutes } from './switch-routes.ts';
import { showTries, triesShown } from './tries-shown.ts';

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
  ...triesShown,
});

const SWITCHES = {
  on: 'Let it hear again; what it has missed meanwhile is replayed by a call of its own',
  off: 'Send it nothing: what it would have heard goes to its dead letters',
} as const;

/** Who is told what happens to accounts and devices. They are written in the webhooks file. */
export function receiverRoutes(parts: ReceiverRouteParts): AdminRoute[] {
  return [
    ...readingRoutes(parts),
    ...deadLetterRoutes({
      ...{ name: 'receivers', path: '/receivers/{receiver}', id: '`webhook-id`' },
      cursors: parts.cursors,
      lettersOf: async (call) => parts.receivers.lettersOf(idOf(call)),
    }),
    ...switchRoutes({
      ...{ name: 'receivers', path: '/receivers/{receiver}', summaries: SWITCHES },
      change: (call, to) => parts.receivers.switch(idOf(call), to),
    }),
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
  const { off } = state;
  return {
    ...rest,
    events: [...types],
    clients: clients ? [...clients] : null,
    status: off ? 'off' : 'on',
    off: off ? { since: timeOf(off.at), reason: off.why } : null,
    hears_since: timeOf(since),
    ...showTries(state),
  };
}
