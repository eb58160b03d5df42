/** `/admin/accounts/<id>`: one account, what acts for it, what happened to it, and what operators do to it. */
import { Router } from '@koa/router';
import { factorWords } from '../../alerts/event-labels.ts';
import { quoteName } from '../../devices/claimed-words.ts';
import { formatUserAgent } from '../../devices/user-agent.ts';
import type { EventKind } from '../../events/event.ts';
import type { Reader } from '../../words/reader.ts';
import { form } from '../middleware/form.ts';
import type { ConsoleAct, ConsoleFact, ConsoleRow, ConsoleThingView } from '../pages/console.ts';
import { factorName } from '../pages/factor-name.ts';
import { linkTo } from '../pages/labels.ts';
import { readerOf } from '../reader.ts';
import { renderPage } from '../render.ts';
import { queryOf } from '../routes/visit.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { CONSOLE_PATH } from './fence.ts';
import type { ConsoleCall, Gate, Operator } from './gate.ts';
import { accountPath, at, deviceFacts, deviceTitle, idIn } from './lists.ts';

const HOME = `${CONSOLE_PATH}/accounts/:account`;

type Row = Readonly<Record<string, string>>;
interface Rows {
  readonly data: readonly Row[];
}

/** As they stand in the path here, and what they call. */
const ACTS: Readonly<Record<string, (account: string, key: string | undefined) => ConsoleCall>> = {
  disable: (account) => ({ method: 'POST', path: `/accounts/${account}/disable` }),
  enable: (account) => ({ method: 'POST', path: `/accounts/${account}/enable` }),
  'sign-out-everything': (account, key) => ({
    ...{ method: 'POST', path: `/accounts/${account}/sign-out-everything`, key },
  }),
  'reset-mail': (account, key) => ({ method: 'POST', path: `/accounts/${account}/reset-mail`, key }),
  'remove-factors': (account) => ({ method: 'DELETE', path: `/accounts/${account}/factors` }),
  close: (account) => ({ method: 'POST', path: `/accounts/${account}/close`, body: {} }),
  keep: (account) => ({ method: 'POST', path: `/accounts/${account}/keep` }),
};

/** These take nothing from the owner. */
const HARMLESS = new Set(['enable', 'reset-mail', 'keep']);

const THINGS = ['devices', 'browsers', 'apps', 'factors'] as const;

export function consoleAccountRoutes(gate: Gate): Router<WebState> {
  const router = new Router<WebState>();
  router.get(
    HOME,
    gate.page(async (ctx, operator) => renderPage(ctx, await viewOf(gate, ctx, operator))),
  );
  const done = (ctx: WebContext, operator: Operator) =>
    gate.goOn(ctx, operator, backOf(ctx), readerOf(ctx).t('console.done'));
  for (const [act, callOf] of Object.entries(ACTS))
    router.post(
      `${HOME}/${act}`,
      gate.change((ctx) => callOf(idIn(ctx, 'account'), form(ctx)['once']), done),
    );
  for (const things of THINGS)
    router.post(
      `${HOME}/${things}/:thing/end`,
      gate.change((ctx) => {
        const path = `/accounts/${idIn(ctx, 'account')}/${things}/${idIn(ctx, 'thing')}`;
        return { method: 'DELETE', path };
      }, done),
    );
  return router;
}

const backOf = (ctx: WebContext) => `${CONSOLE_PATH}/accounts/${idIn(ctx, 'account')}`;

async function viewOf(gate: Gate, ctx: WebContext, operator: Operator): Promise<ConsoleThingView> {
  const account = idIn(ctx, 'account');
  const api = `/accounts/${account}`;
  const cursor = queryOf(ctx, 'cursor');
  const shown = await gate.read<Row>(ctx, operator, api);
  const activity = await gate.read<Events>(ctx, operator, `${api}/activity`, { limit: '25', cursor });
  const parts = gate.parts(ctx, operator, 'accounts');
  const groups = [];
  for (const group of THINGS) {
    const { data } = await gate.read<Rows>(ctx, operator, `${api}/${group}`);
    const mayEnd = group === 'factors' ? parts.may.accounts : parts.may.devices;
    const ending = (row: Row, title: string): ConsoleAct => ({
      ...{ act: 'end', to: title },
      action: `${backOf(ctx)}/${group}/${encodeURIComponent(row['id'] ?? '')}/end`,
    });
    const rows = data.map((row): ConsoleRow => {
      const { title, facts } = ROWS[group](row, readerOf(ctx));
      return { title, facts, ...(mayEnd && { act: ending(row, title) }) };
    });
    groups.push({ group, rows });
  }
  return {
    page: 'console-thing',
    ...parts,
    section: 'accounts',
    title: shown['name'] ?? '',
    facts: factsOf(shown),
    groups,
    acts: parts.may.accounts ? actsOf(backOf(ctx), shown) : [],
    events: activity.data.map(({ event, by, at, about }) => {
      return { kind: event, by, at: new Date(at), name: aboutIn(readerOf(ctx), about) };
    }),
    older:
      activity.next === null ? undefined : linkTo(accountPath(shown['id'] ?? ''), { cursor: activity.next }),
  };
}

interface Events {
  readonly data: readonly {
    readonly event: EventKind;
    readonly by: string;
    readonly at: string;
    readonly about: { readonly type: string; readonly name: string | null } | null;
  }[];
  readonly next: string | null;
}

/** A way to sign in is kept under an English name. */
function aboutIn(reader: Reader, about: Events['data'][number]['about']): string | undefined {
  const name = about?.name ?? undefined;
  if (about?.type !== 'factor' || name === undefined) return name;
  return factorWords(reader, name, quoteName) ?? name;
}

function factsOf(shown: Row): ConsoleFact[] {
  return [
    { what: 'email', words: shown['email'] },
    { what: 'id', words: shown['id'] },
    { what: 'status', is: shown['status'] },
    ...at('created', shown['created_at']),
    ...at('closes', shown['closes_at']),
    { what: 'twostep', is: String(shown['two_step']) },
  ];
}

/** What makes no sense as the account stands is not offered. Closing at once, which nothing undoes, is left to the tool and the API. */
function actsOf(home: string, { status, two_step: twoStep, closes_at: closes }: Row): ConsoleAct[] {
  const isActive = status === 'active';
  const offered = [
    isActive ? 'disable' : 'enable',
    ...(isActive ? ['sign-out-everything', 'reset-mail'] : []),
    ...(twoStep ? ['remove-factors'] : []),
    closes ? 'keep' : 'close',
  ];
  return offered.map((act) => ({
    ...{ act: act.replaceAll('-', ''), action: `${home}/${act}` },
    isHarmless: HARMLESS.has(act),
  }));
}

/** Of backup codes the API tells how many are left, in English. */
function factorTitle({ kind = '', name = '' }: Row, reader: Reader): string {
  return kind === 'backup-codes'
    ? reader.t('security.left', { left: Number.parseInt(name, 10) })
    : factorName(reader, { kind, name });
}

const ROWS: Readonly<
  Record<(typeof THINGS)[number], (row: Row, reader: Reader) => Pick<ConsoleRow, 'title' | 'facts'>>
> = {
  devices: (row, reader) => ({
    title: deviceTitle(row, reader),
    facts: deviceFacts(row),
  }),
  browsers: (row, reader) => ({
    title: formatUserAgent(reader, row['user_agent'] ?? '') ?? reader.t('security.a-browser'),
    facts: [...at('signedin', row['signed_in_at']), ...at('used', row['last_seen_at'])],
  }),
  apps: (row) => ({
    title: row['name'] ?? '',
    facts: [...at('allowed', row['allowed_at']), ...at('used', row['last_used_at'])],
  }),
  factors: (row, reader) => ({
    title: factorTitle(row, reader),
    facts: [
      { what: 'kind', is: (row['kind'] ?? '').replaceAll('-', '') },
      ...at('added', row['added_at']),
      ...at('used', row['used_at']),
    ],
  }),
};
