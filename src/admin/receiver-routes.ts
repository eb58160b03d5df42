import { z } from 'zod';
import type {
  DeadPlace,
  DeadWebhook,
  ManagedReceivers,
  ShownReceiver,
} from '../webhooks/managed-receivers.ts';
import { DELIVERIES_SCOPE } from './console-rights.ts';
import type { Cursors } from './cursors.ts';
import { Problem } from './problem.ts';
import { type AdminCall, type AdminRoute, route } from './route.ts';
import { millisecondsOf, opened, pageOf, paging, time, timeGiven, timeOf, timeOrNull } from './schemas.ts';

export interface ReceiverRouteParts {
  readonly receivers: ManagedReceivers;
  readonly cursors: Cursors;
}

const SCOPE = 'admin:receivers';
const LOOKING = { scope: SCOPE, consoleScope: DELIVERIES_SCOPE } as const;
/** Named in one call. */
const MAX_IDS = 100;

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

export const deadShown = z.strictObject({
  id: z.string().describe('`webhook-id` of each try'),
  type: z.string(),
  happened_at: time,
  given_up_at: time,
  tries: z.int(),
  reason: z.string(),
});

/** Who is told what happens to accounts and devices. They are written in the webhooks file. */
export function receiverRoutes(parts: ReceiverRouteParts): AdminRoute[] {
  return [...readingRoutes(parts), ...switchRoutes(parts), pinging(parts), replaying(parts)];
}

/** @throws Problem where there is no such receiver */
function there<T>(found: T | undefined): T {
  if (found === undefined) throw new Problem('not-found');
  return found;
}

const idOf = ({ params }: Pick<AdminCall, 'params'>) => params['receiver'] ?? '';

function readingRoutes({ receivers, cursors }: ReceiverRouteParts): AdminRoute[] {
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
      answer: async (call) => ({ status: 200, body: show(there(await receivers.show(idOf(call)))) }),
    }),
    route({
      name: 'receivers-dead',
      method: 'GET',
      path: '/receivers/{receiver}/dead',
      ...LOOKING,
      summary: 'What it has not taken, the newest first; kept for 30 days, 10,000 at most',
      query: z.strictObject(paging),
      answers: { 200: pageOf(deadShown) },
      answer: async (call) => {
        const { limit, cursor } = call.query;
        const asked = { receiver: idOf(call) };
        const after =
          cursor === undefined ? undefined : opened(cursors.open<DeadPlace>('dead', asked, cursor));
        const page = there(await receivers.dead(idOf(call), limit, after));
        const last = page.length === limit ? page.at(-1) : undefined;
        const next = last ? cursors.seal<DeadPlace>('dead', asked, { id: last.id, at: last.at }) : null;
        return { status: 200, body: { data: page.map(showDead), next } };
      },
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
      scope: SCOPE,
      summary: SUMMARIES[to],
      answers: { 200: z.strictObject({ changed: z.boolean() }) },
      answer: async (call) => {
        return { status: 200, body: { changed: there(await receivers.switch(idOf(call), to)) } };
      },
    }),
  );
}

function pinging({ receivers }: ReceiverRouteParts): AdminRoute {
  return route({
    name: 'receivers-ping',
    method: 'POST',
    path: '/receivers/{receiver}/ping',
    scope: SCOPE,
    summary: 'Send it a `ping` now, once, also where it is off',
    answers: { 200: z.strictObject({ taken: z.boolean(), failure: z.string().nullable() }) },
    answer: async (call) => {
      const tried = there(await receivers.ping(idOf(call)));
      const failure = 'reason' in tried ? tried.reason : null;
      return { status: 200, body: { taken: failure === null, failure } };
    },
  });
}

function replaying({ receivers }: ReceiverRouteParts): AdminRoute {
  return route({
    name: 'receivers-replay',
    method: 'POST',
    path: '/receivers/{receiver}/replay',
    scope: SCOPE,
    summary:
      'Send once more what it has not taken, under the same `webhook-id`: these, those since a time, or all',
    body: z.union([
      z.strictObject({ ids: z.array(z.string().max(100)).min(1).max(MAX_IDS) }),
      z.strictObject({ since: timeGiven.describe('When they were given up') }),
      z.strictObject({ all: z.literal(true) }),
    ]),
    answers: { 200: z.strictObject({ waiting: z.int().describe('How many of them wait now') }) },
    answer: async (call) => {
      const { body } = call;
      const which =
        'ids' in body
          ? { ids: body.ids }
          : { since: 'since' in body ? millisecondsOf(body.since) : undefined };
      return { status: 200, body: { waiting: there(await receivers.replay(idOf(call), which)) } };
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

function showDead({ id, body, at, tries, reason }: DeadWebhook): z.infer<typeof deadShown> {
  return {
    id,
    type: body.type,
    happened_at: timeOf(body.at),
    given_up_at: timeOf(at),
    tries,
    reason,
  };
}
