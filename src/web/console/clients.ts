/** `/admin/clients/<id>`: one client, and what owners of the console do to it. */
import { Router } from '@koa/router';
import { form } from '../middleware/form.ts';
import type { PageTickets } from '../page-tickets.ts';
import type { ConsoleAct, ConsoleThingView } from '../pages/console.ts';
import { linkTo } from '../pages/labels.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther } from '../render.ts';
import { queryOf } from '../routes/visit.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { CONSOLE_PATH } from './fence.ts';
import type { Gate, Operator } from './gate.ts';
import { clientPath, idIn } from './lists.ts';

const HOME = `${CONSOLE_PATH}/clients/:client`;
const SHOWN = 'console-secret';
const ACTS = ['disable', 'enable', 'end-devices'] as const;

interface Client {
  readonly client_id: string;
  readonly name: string;
  readonly origin: string;
  readonly status: string;
  readonly secrets: readonly {
    readonly made_at: string | null;
    readonly until: string | null;
    readonly last_used_at: string | null;
  }[];
}

export function consoleClientRoutes(gate: Gate, tickets: PageTickets): Router<WebState> {
  const router = new Router<WebState>();
  const apiOf = (ctx: WebContext) => `/clients/${idIn(ctx, 'client')}`;
  router.get(
    HOME,
    gate.page(async (ctx, operator) => {
      const client = await gate.read<Client>(ctx, operator, apiOf(ctx));
      const secret = tickets.read<string>(SHOWN, holderOf(ctx, operator), queryOf(ctx, 'shown'));
      renderPage(ctx, viewOf(gate, ctx, operator, client, secret));
    }),
  );
  for (const act of ACTS)
    router.post(
      `${HOME}/${act}`,
      gate.change(
        (ctx) => ({
          method: 'POST',
          path: `${apiOf(ctx)}/${act}`,
          ...(act === 'end-devices' && { key: form(ctx)['once'] }),
        }),
        (ctx, operator) =>
          gate.goOn(ctx, operator, CONSOLE_PATH + apiOf(ctx), readerOf(ctx).t('console.done')),
      ),
    );
  router.post(
    `${HOME}/secrets`,
    gate.change(
      (ctx) => ({ method: 'POST', path: `${apiOf(ctx)}/secrets`, body: {}, key: form(ctx)['once'] }),
      (ctx, operator, { body }) => {
        const { client_secret: secret } = body as { client_secret: string };
        const shown = tickets.issue(SHOWN, holderOf(ctx, operator), secret);
        seeOther(ctx, linkTo(CONSOLE_PATH + apiOf(ctx), { shown }));
      },
    ),
  );
  return router;
}

/** Of this client, to this very browser. */
const holderOf = (ctx: WebContext, { browser }: Operator) => `${browser.uid} ${idIn(ctx, 'client')}`;

function viewOf(
  gate: Gate,
  ctx: WebContext,
  operator: Operator,
  client: Client,
  secret: string | undefined,
): ConsoleThingView {
  const parts = gate.parts(ctx, operator, 'clients');
  const { client_id: id, name, status, origin, secrets } = client;
  const rows = secrets.map(({ made_at: made, until, last_used_at: used }) => ({
    title: '',
    facts: [
      ...(made ? [{ what: 'added', time: new Date(made) }] : []),
      ...(until ? [{ what: 'ends', time: new Date(until) }] : []),
      ...(used ? [{ what: 'used', time: new Date(used) }] : []),
    ],
  }));
  return {
    page: 'console-thing',
    ...parts,
    section: 'clients',
    title: name,
    facts: [
      { what: 'id', words: id },
      { what: 'status', is: status },
      { what: 'origin', is: origin },
    ],
    groups: rows.length > 0 ? [{ group: 'secrets', rows }] : [],
    acts: parts.may.clients ? actsOf(client) : [],
    events: [],
    older: undefined,
    secret,
  };
}

function actsOf({ client_id: id, status, origin, secrets }: Client): ConsoleAct[] {
  if (origin === 'gone' || status === 'deleted') return [];
  const offered = [
    status === 'disabled' ? 'enable' : 'disable',
    'end-devices',
    ...(origin !== 'file' && secrets.length > 0 ? ['secrets'] : []),
  ];
  return offered.map((act) => ({
    act: `client${act.replaceAll('-', '')}`,
    action: `${clientPath(id)}/${act}`,
    // The secret before goes on for a week.
    isHarmless: act === 'enable' || act === 'secrets',
  }));
}
