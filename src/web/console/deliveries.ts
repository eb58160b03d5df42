/** `/admin/deliveries`: receivers of webhooks, what each has not taken, and what owners of the console do about it. */
import { Router } from '@koa/router';
import type { z } from 'zod';
import type { deadShown, receiverShown } from '../../admin/receiver-routes.ts';
import type { AdminAnswer } from '../../admin/route.ts';
import { patternsOf } from '../../webhooks/event-types.ts';
import type { Reader } from '../../words/reader.ts';
import { form } from '../middleware/form.ts';
import type {
  ConsoleAct,
  ConsoleFact,
  ConsoleReceiverView,
  ConsoleRow,
  ReceiverStanding,
} from '../pages/console.ts';
import { linkTo } from '../pages/labels.ts';
import { readerOf } from '../reader.ts';
import { renderPage } from '../render.ts';
import { queryOf } from '../routes/visit.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { CONSOLE_PATH } from './fence.ts';
import type { Gate, Operator } from './gate.ts';
import { at, idIn } from './lists.ts';

type Receiver = z.infer<typeof receiverShown>;
type Dead = z.infer<typeof deadShown>;

const LIST = `${CONSOLE_PATH}/deliveries`;
const HOME = `${LIST}/:receiver`;
const ORDER: readonly ReceiverStanding[] = ['off', 'failing', 'on'];

export function consoleDeliveryRoutes(gate: Gate): Router<WebState> {
  const router = new Router<WebState>();
  router.get(
    LIST,
    gate.page(async (ctx, operator) => {
      const { data } = await gate.read<{ data: Receiver[] }>(ctx, operator, '/receivers');
      const rows = data.map((one) => ({
        ...{ id: one.id, href: pathOf(one.id), stands: standingOf(one) },
        facts: factsOf(one),
      }));
      // What needs a hand stands in front.
      rows.sort((one, other) => ORDER.indexOf(one.stands) - ORDER.indexOf(other.stands));
      renderPage(ctx, { page: 'console-deliveries', ...gate.parts(ctx, operator, 'deliveries'), rows });
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
    gate.change(
      (ctx) => {
        const { which } = form(ctx);
        const body = which ? { ids: [which] } : { all: true };
        return { method: 'POST', path: `${apiOf(ctx)}/replay`, body };
      },
      saying(gate, replayed),
    ),
  );
  return router;
}

const apiOf = (ctx: WebContext) => `/receivers/${idIn(ctx, 'receiver')}`;
const pathOf = (id: string) => `${LIST}/${encodeURIComponent(id)}`;

/** Back to the receiver, with what came of it. */
function saying(gate: Gate, words: (ctx: WebContext, answer: AdminAnswer) => string) {
  return (ctx: WebContext, operator: Operator, answer: AdminAnswer) =>
    gate.goOn(ctx, operator, `${LIST}/${idIn(ctx, 'receiver')}`, words(ctx, answer));
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

function replayed(ctx: WebContext, { body }: AdminAnswer): string {
  return readerOf(ctx).t('console.replayed', { count: (body as { waiting: number }).waiting });
}

async function viewOf(gate: Gate, ctx: WebContext, operator: Operator): Promise<ConsoleReceiverView> {
  const receiver = await gate.read<Receiver>(ctx, operator, apiOf(ctx));
  const cursor = queryOf(ctx, 'cursor');
  const page = await gate.read<{ data: Dead[]; next: string | null }>(ctx, operator, `${apiOf(ctx)}/dead`, {
    ...{ limit: '25', cursor },
  });
  const parts = gate.parts(ctx, operator, 'deliveries');
  const mayReplay = parts.may.receivers && receiver.status === 'on';
  return {
    page: 'console-receiver',
    ...parts,
    id: receiver.id,
    stands: standingOf(receiver),
    facts: [...factsOf(receiver), ...addressOf(receiver), ...at('hearssince', receiver.hears_since)],
    acts: parts.may.receivers ? actsOf(receiver) : [],
    dead: page.data.map((one) => rowOf(receiver, one, mayReplay)),
    older: page.next === null ? undefined : linkTo(pathOf(receiver.id), { cursor: page.next }),
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
    ...at('failingsince', tries.failing_since),
    ...(tries.last_failure === null ? [] : [{ what: 'lastfailure', failure: failureOf(tries.last_failure) }]),
    { what: 'waiting', count: waiting },
    { what: 'nottaken', count: dead },
    ...at('lasttaken', tries.last_taken_at),
  ];
}

/** What is replayed while a receiver is off would be given up again at once. */
function actsOf({ id, status, dead }: Receiver): ConsoleAct[] {
  const isOn = status === 'on';
  return [
    { act: 'ping', isHarmless: true, action: `${pathOf(id)}/ping` },
    ...(isOn && dead > 0 ? [{ act: 'replayall', isHarmless: true, action: `${pathOf(id)}/replay` }] : []),
    isOn
      ? { act: 'receiveroff', action: `${pathOf(id)}/off` }
      : { act: 'receiveron', isHarmless: true, action: `${pathOf(id)}/on` },
  ];
}

function rowOf({ id }: Receiver, dead: Dead, mayReplay: boolean): ConsoleRow {
  const act = {
    act: 'replay',
    isHarmless: true,
    to: dead.type,
    which: dead.id,
    action: `${pathOf(id)}/replay`,
  };
  return {
    title: dead.type,
    facts: [
      ...at('happened', dead.happened_at),
      ...at('givenup', dead.given_up_at),
      { what: 'tries', count: dead.tries },
      { what: 'lastfailure', failure: failureOf(dead.reason) },
      { what: 'webhookid', words: dead.id },
    ],
    ...(mayReplay && { act }),
  };
}

/** What kind of failure it was, and the status of the answer or the code, for an operator who looks it up. */
function failureOf(reason: string): { kind: string; code: string } {
  if (/^\d{3}$/.test(reason)) return { kind: 'status', code: reason };
  const kind = KINDS.find(([one]) => one.test(reason))?.[1] ?? 'other';
  return { kind, code: OWN.has(kind) ? '' : `(${reason})` };
}

/** Reasons of ours, which have no code. */
const OWN: ReadonlySet<string> = new Set(['off', 'crowded']);
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^off$/, 'off'],
  [/^crowded$/, 'crowded'],
  [/timeout|TimeoutError|ETIMEDOUT/i, 'late'],
  [/EgressRefused/, 'refused'],
  [/CERT|TLS|SSL|ERR_SSL|SELF_SIGNED/i, 'certificate'],
  [/ENOTFOUND|EAI_/, 'name'],
  [/ECONN|EHOST|ENET|EPIPE|socket/i, 'connection'],
];
