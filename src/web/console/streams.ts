/** `/admin/streams/<client>`: the stream of security events of a client, and what owners of the console do about it. */
import { Router } from '@koa/router';
import type { z } from 'zod';
import type { streamShown } from '../../admin/stream-routes.ts';
import type {
  ConsoleAct,
  ConsoleDeliveriesView,
  ConsoleFact,
  ConsoleReceiverView,
  ReceiverStanding,
} from '../pages/console.ts';
import { readerOf } from '../reader.ts';
import { renderPage } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import type { Gate, Operator } from './gate.ts';
import { failingFacts, lettersOf, nameOf, replayCall, replayed } from './letters.ts';
import { at, idIn } from './lists.ts';
import { DELIVERIES_PATH, STREAMS_PATH, streamPage } from './paths.ts';

type Stream = z.infer<typeof streamShown>;

const HOME = `${STREAMS_PATH}/:client`;
/** What needs a hand stands in front. */
const ORDER: readonly ReceiverStanding[] = ['paused', 'failing', 'on', 'off'];

export function consoleStreamRoutes(gate: Gate): Router<WebState> {
  const router = new Router<WebState>();
  router.get(
    HOME,
    gate.page(async (ctx, operator) => renderPage(ctx, await viewOf(gate, ctx, operator))),
  );
  for (const act of ['pause', 'enable'] as const)
    router.post(
      `${HOME}/${act}`,
      gate.change(
        (ctx) => ({ method: 'POST', path: `${apiOf(ctx)}/${act}` }),
        (ctx, operator) => gate.goOn(ctx, operator, homeOf(ctx), readerOf(ctx).t('console.done')),
      ),
    );
  router.post(
    `${HOME}/replay`,
    gate.change(
      (ctx) => replayCall(ctx, apiOf(ctx)),
      (ctx, operator, answer) => gate.goOn(ctx, operator, homeOf(ctx), replayed('events')(ctx, answer)),
    ),
  );
  router.post(
    `${HOME}/delete`,
    gate.change(
      (ctx) => ({ method: 'DELETE', path: apiOf(ctx) }),
      (ctx, operator) => gate.goOn(ctx, operator, DELIVERIES_PATH, readerOf(ctx).t('console.done')),
    ),
  );
  return router;
}

/** All of them: there are 100 at most. */
export async function streamRows(
  gate: Gate,
  ctx: WebContext,
  operator: Operator,
): Promise<ConsoleDeliveriesView['streams']> {
  const { data } = await gate.read<{ data: Stream[] }>(ctx, operator, '/streams', { limit: '100' });
  const rows = data.map((one) => ({
    ...{ id: one.client_id, href: streamPage(one.client_id), stands: standingOf(one) },
    facts: factsOf(one),
  }));
  return rows.sort((one, other) => ORDER.indexOf(one.stands) - ORDER.indexOf(other.stands));
}

const apiOf = (ctx: WebContext) => `/streams/${idIn(ctx, 'client')}`;
const homeOf = (ctx: WebContext) => `${STREAMS_PATH}/${idIn(ctx, 'client')}`;

async function viewOf(gate: Gate, ctx: WebContext, operator: Operator): Promise<ConsoleReceiverView> {
  const stream = await gate.read<Stream>(ctx, operator, apiOf(ctx));
  const parts = gate.parts(ctx, operator, 'deliveries');
  const mayReplay = parts.may.receivers;
  const path = streamPage(stream.client_id);
  return {
    page: 'console-receiver',
    ...parts,
    kind: 'streams',
    id: stream.client_id,
    stands: standingOf(stream),
    facts: [...factsOf(stream), ...askedFacts(stream), ...at('hearssince', stream.hears_since)],
    acts: parts.may.receivers ? actsOf(stream) : [],
    ...(await lettersOf(gate, ctx, operator, { path, api: apiOf(ctx), id: 'jti', mayReplay })),
  };
}

function standingOf({ status, failing_since: failing }: Stream): ReceiverStanding {
  if (status === 'enabled') return failing === null ? 'on' : 'failing';
  return status === 'paused' ? 'paused' : 'off';
}

function factsOf({ paused, reason, waiting, dead, ...stream }: Stream): ConsoleFact[] {
  return [
    ...(paused
      ? [{ what: 'pausedbecause', is: `paused${paused.reason}` }, ...at('pausedsince', paused.since)]
      : reason === null
        ? []
        : [{ what: 'inwords', words: reason }]),
    ...failingFacts(stream),
    { what: 'waiting', count: waiting },
    ...at('oldestwaiting', stream.oldest_waiting_at),
    { what: 'nottaken', count: dead },
    ...at('lasttaken', stream.last_taken_at),
  ];
}

function askedFacts({ method, endpoint_host: host, description, events, id }: Stream): ConsoleFact[] {
  return [
    host === null ? { what: 'delivery', is: method } : { what: 'address', words: host },
    events === null
      ? { what: 'hears', is: 'allevents' }
      : { what: 'hears', words: events.map(nameOf).join(', ') },
    ...(description === null ? [] : [{ what: 'description', words: description }]),
    { what: 'streamid', words: id },
  ];
}

function actsOf({ client_id: client, paused, dead }: Stream): ConsoleAct[] {
  const path = streamPage(client);
  return [
    ...(dead > 0 ? [{ act: 'replayall', isHarmless: true, action: `${path}/replay` }] : []),
    paused
      ? { act: 'streamenable', isHarmless: true, action: `${path}/enable` }
      : { act: 'streampause', action: `${path}/pause` },
    { act: 'streamdelete', action: `${path}/delete` },
  ];
}
