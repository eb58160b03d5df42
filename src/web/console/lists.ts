/** Lists of the console, each by a list of the Admin API and its cursor. */
import { Router } from '@koa/router';
import { DEVICE_TYPES } from '../../devices/claimed-device.ts';
import type { Reader } from '../../words/reader.ts';
import type { ConsoleFact, ConsoleFilter, ConsoleRow, ConsoleSection } from '../pages/console.ts';
import { deviceTypeLabel, linkTo } from '../pages/labels.ts';
import { readerOf } from '../reader.ts';
import { renderPage } from '../render.ts';
import { queryOf } from '../routes/visit.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { CONSOLE_PATH } from './fence.ts';
import type { Gate } from './gate.ts';

type Row = Readonly<Record<string, string | null | undefined>>;

interface List {
  readonly section: ConsoleSection;
  /** Of the Admin API. */
  readonly path: string;
  readonly filters: readonly Omit<ConsoleFilter, 'value'>[];
  /** A filter without which there is no list. */
  readonly needs?: string;
  readonly rowOf: (row: Row, reader: Reader) => ConsoleRow;
}

/** A moment of a row, where it has one. */
export const at = (what: string, time: string | null | undefined): ConsoleFact[] =>
  time ? [{ what, time: new Date(time) }] : [];
const said = (what: string, words: string | null | undefined): ConsoleFact[] =>
  words ? [{ what, words }] : [];

/** `/admin/accounts/<id>` */
export const accountPath = (id: string): string => `${CONSOLE_PATH}/accounts/${encodeURIComponent(id)}`;
/** `/admin/clients/<id>` */
export const clientPath = (id: string): string => `${CONSOLE_PATH}/clients/${encodeURIComponent(id)}`;

/** One that says no name is called by its kind. */
export function deviceTitle(row: Row, reader: Reader): string {
  const type = DEVICE_TYPES.find((known) => known === row['type']) ?? 'other';
  return row['name'] ?? deviceTypeLabel(reader, type);
}

export function deviceFacts(row: Row): ConsoleFact[] {
  return [
    ...said('client', row['client_id']),
    ...at('linked', row['linked_at']),
    ...at('used', row['last_used_at']),
    ...at('ended', row['ended_at']),
    ...said('id', row['id']),
  ];
}

const LISTS: readonly List[] = [
  {
    section: 'accounts',
    path: '/accounts',
    filters: [
      { name: 'q', type: 'search' },
      { name: 'status', type: 'choice', choices: ['active', 'disabled'] },
      { name: 'created_after', type: 'date' },
      { name: 'created_before', type: 'date' },
    ],
    rowOf: (row) => ({
      title: row['name'] ?? '',
      href: accountPath(row['id'] ?? ''),
      facts: [
        ...said('email', row['email']),
        { what: 'status', is: row['status'] ?? '' },
        ...at('created', row['created_at']),
      ],
    }),
  },
  {
    section: 'devices',
    path: '/devices',
    needs: 'client_id',
    filters: [
      { name: 'client_id', type: 'search' },
      { name: 'dormant', type: 'choice', choices: ['true', 'false'] },
      { name: 'linked_before', type: 'date' },
      { name: 'last_used_before', type: 'date' },
    ],
    rowOf: (row, reader) => ({
      title: deviceTitle(row, reader),
      href: accountPath(row['account_id'] ?? ''),
      facts: deviceFacts(row),
    }),
  },
  {
    section: 'clients',
    path: '/clients',
    filters: [{ name: 'origin', type: 'choice', choices: ['file', 'stored', 'registered', 'gone'] }],
    rowOf: (row) => ({
      title: row['name'] ?? '',
      href: clientPath(row['client_id'] ?? ''),
      facts: [
        ...said('id', row['client_id']),
        { what: 'status', is: row['status'] ?? '' },
        { what: 'origin', is: row['origin'] ?? '' },
      ],
    }),
  },
  {
    section: 'audit',
    path: '/audit',
    filters: [{ name: 'kind', type: 'choice', choices: ['changes', 'reads'] }],
    rowOf: (row) => ({
      title: row['call'] ?? '',
      facts: [
        ...at('when', row['at']),
        { what: 'phase', is: row['phase'] ?? '' },
        ...said('outcome', row['status'] === null ? null : String(row['status'])),
        ...said('operator', row['operator']),
        ...said('client', row['client_id']),
        ...said('account', row['account']),
        ...said('request', row['request']),
      ],
    }),
  },
];

export function consoleListRoutes(gate: Gate): Router<WebState> {
  const router = new Router<WebState>();
  for (const list of LISTS) {
    const home = `${CONSOLE_PATH}/${list.section}`;
    router.get(
      home,
      gate.page(async (ctx, operator) => {
        const filters = list.filters.map((one) => ({ ...one, value: queryOf(ctx, one.name) ?? '' }));
        const asked = Object.fromEntries(filters.map((one) => [one.name, one.value]));
        const isUnasked = list.needs !== undefined && !asked[list.needs];
        const query = { ...questionOf(filters), cursor: queryOf(ctx, 'cursor') };
        const page = isUnasked
          ? { data: [], next: null }
          : await gate.read<{ data: Row[]; next: string | null }>(ctx, operator, list.path, query);
        const next = page.next === null ? undefined : linkTo(home, { ...asked, cursor: page.next });
        renderPage(ctx, {
          page: 'console-list',
          ...gate.parts(ctx, operator, list.section),
          section: list.section,
          ...{ filters, next, isUnasked },
          rows: page.data.map((row) => list.rowOf(row, readerOf(ctx))),
        });
      }),
    );
  }
  return router;
}

/** Days are those of UTC. What is none is left to the Admin API to refuse. */
function questionOf(filters: readonly ConsoleFilter[]): Record<string, string> {
  const meant = ({ type, value }: ConsoleFilter) =>
    type === 'date' && value !== '' ? `${value}T00:00:00Z` : value.trim();
  return Object.fromEntries(filters.map((one) => [one.name, meant(one)]));
}

/** The id of a path, as the Admin API takes it. */
export const idIn = (ctx: WebContext, name: string): string =>
  encodeURIComponent((ctx as { params?: Record<string, string> }).params?.[name] ?? '');
