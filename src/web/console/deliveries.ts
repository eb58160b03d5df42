/** `/admin/deliveries`: who is told of what happens; receivers of webhooks, what each has not taken, and what owners of the console do about it. */
import { Router } from '@koa/router';
import type { z } from 'zod';
import type { receiverShown } from '../../admin/receiver-routes.ts';
import type { AdminAnswer } from '../../admin/route.ts';
import { patternsOf } from '../../webhooks/event-types.ts';
import type { Reader } from '../../words/reader.ts';
import type { ConsoleAct, ConsoleFact, ConsoleReceiverView, ReceiverStanding } from '../pages/console.ts';
import { readerOf } from '../reader.ts';
import { renderPage } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import type { Gate, Operator } from './gate.ts';
import { failingFacts, failureOf, lettersOf, replayCall, replayed } from './letters.ts';
import { at, idIn } from './lists.ts';
import { DELIVERIES_PATH, receiverPage } from './paths.ts';
import { streamRows } from './streams.ts';

type Receiver = z.infer<typeof receiverShown>;

const HOME = `${DELIVERIES_PATH}/:receiver`;
const ORDER: readonly ReceiverStanding[] = ['off', 'failing', 'on'];

export function consoleDeliveryRoutes(gate: Gate): Router<WebState> {
  const router = new Router<WebState>();
  router.get(
    DELIVERIES_PATH,
    gate.page(async (ctx, operator) => {
      const { data } = await gate.read<{ data: Receiver[] }>(ctx, operator, '/receivers');
      const rows = data.map((one) => ({
        ...{ id: one.id, href: receiverPage(one.id), stands: standingOf(one) },
        facts: factsOf(one),
      }));
      // What needs a hand stands in front.
      rows.sort((one, other) => ORDER.indexOf(one.stands) - ORDER.indexOf(other.stands));
      const streams = await streamRows(gate, ctx, operator);
      const parts = gate.parts(ctx, operator, 'deliveries');
      renderPage(ctx, { page: 'console-deliveries', ...parts, rows, streams });
    }),
  );
  router.get(
    HOME,
    gate.page(async (ctx, operator) => renderPage(ctx, await viewOf(gate, ctx, operator))),
  );
  for (const act of ['on', 'off'] as const)
    router.post(
      `${HOME}/${act}`,
      gate.change(
        (ctx) => ({ method: 'POST', path: `${apiOf(ctx)}/${act}` }),
        saying(gate, (ctx) => readerOf(ctx).t('console.done')),
      ),
    );
  router.post(
    `${HOME}/ping`,
    gate.change((ctx) => ({ method: 'POST', path: `${apiOf(ctx)}/ping` }), saying(gate, pinged)),
  );
  router.post(
    `${HOME}/replay`,
    gate.change((ctx) => replayCall(ctx, apiOf(ctx)), saying(gate, replayed('webhooks'))),
  );
  return router;
}

const apiOf = (ctx: WebContext) => `/receivers/${idIn(ctx, 'receiver')}`;

/** Back to the receiver, with what came of it. */
function saying(gate: Gate, words: (ctx: WebContext, answer: AdminAnswer) => string) {
  return (ctx: WebContext, operator: Operator, answer: AdminAnswer) =>
    gate.goOn(ctx, operator, `${DELIVERIES_PATH}/${idIn(ctx, 'receiver')}`, words(ctx, answer));
}

function pinged(ctx: WebContext, { body }: AdminAnswer): string {
  const reader = readerOf(ctx);
  const { failure } = body as { failure: string | null };
  return failure === null
    ? reader.t('console.ping-taken')
    : reader.t('console.ping-failed', { failure: inWords(reader, failure) });
}

function inWords(reader: Reader, failure: string): string {
  const { kind, code } = failureOf(failure);
  return `${reader.t('console.failure', { kind })} ${code}`;
}

async function viewOf(gate: Gate, ctx: WebContext, operator: Operator): Promise<ConsoleReceiverView> {
  const receiver = await gate.read<Receiver>(ctx, operator, apiOf(ctx));
  const parts = gate.parts(ctx, operator, 'deliveries');
  const mayReplay = parts.may.receivers && receiver.status === 'on';
  const path = receiverPage(receiver.id);
  return {
    page: 'console-receiver',
    ...parts,
    kind: 'webhooks',
    id: receiver.id,
    stands: standingOf(receiver),
    facts: [...factsOf(receiver), ...addressOf(receiver), ...at('hearssince', receiver.hears_since)],
    acts: parts.may.receivers ? actsOf(receiver) : [],
    ...(await lettersOf(gate, ctx, operator, { path, api: apiOf(ctx), id: 'webhookid', mayReplay })),
  };
}

const standingOf = ({ status, failing_since: failing }: Receiver): ReceiverStanding =>
  status === 'off' ? 'off' : failing === null ? 'on' : 'failing';

function addressOf({ url, events, clients }: Receiver): ConsoleFact[] {
  return [
    { what: 'address', words: url },
    { what: 'hears', words: patternsOf(events).join(', ') },
    ...(clients ? [{ what: 'clients', words: clients.join(', ') }] : []),
  ];
}

function factsOf({ off, waiting, dead, ...tries }: Receiver): ConsoleFact[] {
  return [
    ...(off ? [{ what: 'offbecause', is: `off${off.reason}` }, ...at('offsince', off.since)] : []),
    ...failingFacts(tries),
    { what: 'waiting', count: waiting },
    { what: 'nottaken', count: dead },
    ...at('lasttaken', tries.last_taken_at),
  ];
}

/** What is replayed while a receiver is off would be given up again at once. */
function actsOf({ id, status, dead }: Receiver): ConsoleAct[] {
  const isOn = status === 'on';
  return [
    { act: 'ping', isHarmless: true, action: `${receiverPage(id)}/ping` },
    ...(isOn && dead > 0
      ? [{ act: 'replayall', isHarmless: true, action: `${receiverPage(id)}/replay` }]
      : []),
    isOn
      ? { act: 'receiveroff', action: `${receiverPage(id)}/off` }
      : { act: 'receiveron', isHarmless: true, action: `${receiverPage(id)}/on` },
  ];
}
