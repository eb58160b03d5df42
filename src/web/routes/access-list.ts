/** `/account`, and of one kind alone `/account/devices`, `/account/browsers`, `/account/apps`: what may use the account. */

import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import { isBlank } from '../../accounts/visible-text.ts';
import type { AppAccess } from '../../apps/app-access.ts';
import type { LinkedDevices } from '../../devices/linked-devices.ts';
import type { WaitingLinkStore } from '../../devices/waiting-link.ts';
import type { Household } from '../../household/household.ts';
import type { Browsers } from '../../sessions/sessions.ts';
import { saidTo, type Worded } from '../../words/worded.ts';
import type { FlashMessages } from '../flash-messages.ts';
import {
  ACCESS_FILTERS,
  type AccessFilter,
  type AccessOrder,
  type AccessRow,
  before,
  foundRows,
  mergedPage,
  pageCount,
  parseAccessOrder,
  windowStart,
} from '../pages/access-list.ts';
import { appAccessRow, browserAccess, deviceAccess } from '../pages/access-views.ts';
import { type DeviceEnvironment, waitingRow } from '../pages/linked-device-views.ts';
import { readerOf } from '../reader.ts';
import { renderPage } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { queryOf } from './visit.ts';

interface AccessListRoutes {
  readonly devices: LinkedDevices;
  readonly browsers: Browsers;
  readonly appAccess: Pick<AppAccess, 'list'>;
  readonly waiting: Pick<WaitingLinkStore, 'list'>;
  readonly household: Household;
  readonly flash: FlashMessages;
  readonly appName: (clientId: string) => Worded;
  /** milliseconds */
  readonly dormantAfter: number;
  readonly now: () => number;
}

interface Query {
  readonly search: string;
  readonly order: AccessOrder;
  readonly page: number;
  readonly pageSize: number;
}

const PAGE_SIZE = 25;
const MAX_SEARCH = 100;

export function accessListRoutes(routes: AccessListRoutes): Router<WebState> {
  const router = new Router<WebState>();
  for (const show of ACCESS_FILTERS) {
    const path = show === 'all' ? '/account' : `/account/${show}`;
    router.get(
      path,
      signedIn((ctx, browser) => showList(routes, ctx, browser, show)),
    );
  }
  return router;
}

/** Browsers and apps are few, and are read whole; of devices only those that the page can need. */
async function showList(
  routes: AccessListRoutes,
  ctx: WebContext,
  browser: Session,
  show: AccessFilter,
): Promise<void> {
  const { appName, dormantAfter } = routes;
  const query = queryIn(ctx);
  const [browsers, apps, waiting, members] = await Promise.all([
    routes.browsers.list(browser),
    routes.appAccess.list(browser),
    routes.waiting.list(browser),
    routes.household.list(browser),
  ]);
  const reader = readerOf(ctx);
  const around: DeviceEnvironment = {
    appName: (id) => saidTo(reader, appName(id)),
    dormantAfter,
    now: routes.now(),
    members,
    reader,
  };
  const isShown = (kind: AccessFilter) => show === 'all' || show === kind;
  const others = [
    ...(isShown('browsers') ? browsers.map((one) => browserAccess(one, browser.uid, around)) : []),
    ...(isShown('apps') ? apps.map((one) => appAccessRow(one, around)) : []),
  ];
  const read = isBlank(query.search) && query.order === 'activity' ? readPage : readAll;
  const part = await read(routes, browser, { query, around, others, withDevices: isShown('devices') });
  const active = apps.filter((app) => app.endedAt === undefined);
  const counts = { devices: part.devices, browsers: browsers.length, apps: active.length };
  const isFirst = part.page === 1 && isBlank(query.search) && isShown('devices');
  renderPage(ctx, {
    page: 'account',
    ...accountParts(ctx, browser, 'devices'),
    notice: routes.flash.read(browser, queryOf(ctx, 'notice')),
    show,
    counts: { ...counts, all: counts.devices + counts.browsers + counts.apps },
    waiting: isFirst ? waiting.map(waitingRow) : [],
    rows: part.rows,
    found: part.found,
    search: query.search,
    order: query.order,
    pageNumber: part.page,
    pages: pageCount(part.found, PAGE_SIZE),
    now: new Date(around.now),
  });
}

interface Reading {
  readonly query: Query;
  readonly around: DeviceEnvironment;
  readonly others: readonly AccessRow[];
  readonly withDevices: boolean;
}

interface Part {
  readonly rows: readonly AccessRow[];
  readonly found: number;
  readonly page: number;
  /** How many devices the account has that may act. */
  readonly devices: number;
}

/** Beyond the last page the last is meant. */
async function readPage(routes: AccessListRoutes, browser: Session, reading: Reading): Promise<Part> {
  const { query, around, others, withDevices } = reading;
  const skip = withDevices ? windowStart(others.length, query) : 0;
  const limit = withDevices ? before(query) + query.pageSize - skip : 1;
  const window = await routes.devices.window(browser, { order: 'activity', skip, limit });
  const found = others.length + (withDevices ? window.total : 0);
  const last = pageCount(found, query.pageSize);
  if (query.page > last) {
    return readPage(routes, browser, { ...reading, query: { ...query, page: last } });
  }
  const devices = withDevices ? window.devices.map((one) => deviceAccess(one, around)) : [];
  const rows = mergedPage({ rows: devices, skip }, others, query);
  return { rows, found, page: query.page, devices: window.active };
}

/** Words and names are sealed, so only searching and sorting by them read every device. */
async function readAll(routes: AccessListRoutes, browser: Session, reading: Reading): Promise<Part> {
  const { query, around, others, withDevices } = reading;
  const devices = await routes.devices.list(browser);
  const rows = [...(withDevices ? devices.map((one) => deviceAccess(one, around)) : []), ...others];
  const found = foundRows(rows, query.search, query.order);
  const page = Math.min(query.page, pageCount(found.length, query.pageSize));
  const from = before({ ...query, page });
  return {
    rows: found.slice(from, from + query.pageSize),
    found: found.length,
    page,
    devices: devices.filter((one) => one.endedAt === undefined).length,
  };
}

function queryIn(ctx: WebContext): Query {
  return {
    search: (queryOf(ctx, 'q') ?? '').slice(0, MAX_SEARCH),
    order: parseAccessOrder(queryOf(ctx, 'sort')),
    page: Math.max(1, Number.parseInt(queryOf(ctx, 'page') ?? '', 10) || 1),
    pageSize: PAGE_SIZE,
  };
}
