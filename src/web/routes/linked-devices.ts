/** `/account/devices` and all below it: the devices that may act for the owner, and removing them. */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import { isBlank } from '../../accounts/visible-text.ts';
import {
  type DevicePage,
  type DeviceQuery,
  pageOfDevices,
  parseDeviceOrder,
} from '../../devices/device-list.ts';
import type { LinkedDevice } from '../../devices/linked-device.ts';
import type { LinkedDevices } from '../../devices/linked-devices.ts';
import type { WaitingLinkStore } from '../../devices/waiting-link.ts';
import type { Household } from '../../household/household.ts';
import { auditAccessRefused, refuseAccess } from '../access-denied.ts';
import type { FlashMessages } from '../flash-messages.ts';
import { readForm, text } from '../middleware/form.ts';
import type { PageTickets } from '../page-tickets.ts';
import { shownDevice } from '../pages/device-views.ts';
import { linkTo } from '../pages/labels.ts';
import {
  type DeviceEnvironment,
  deviceFacts,
  deviceRow,
  waitingRow,
  wordsOfRow,
} from '../pages/linked-device-views.ts';
import type { DeregisteredView } from '../pages/linked-devices.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { paramOf, placeOf, queryOf } from './visit.ts';

interface LinkedDeviceRoutes {
  readonly devices: LinkedDevices;
  readonly waiting: Pick<WaitingLinkStore, 'list'>;
  readonly household: Household;
  readonly tickets: PageTickets;
  readonly notices: FlashMessages;
  readonly appName: (clientId: string) => string;
  /** milliseconds */
  readonly dormantAfter: number;
  readonly now: () => number;
}

const HOME = '/account/devices';
const PAGE_SIZE = 25;
const MAX_SEARCH = 100;
const DEREGISTERED = 'device-deregistered';

export function linkedDeviceRoutes(routes: LinkedDeviceRoutes): Router<WebState> {
  const router = new Router<WebState>();
  const withDevice = (page: PageOfDevice) =>
    signedIn(async (ctx, browser) => {
      const id = paramOf(ctx, 'id');
      const device = await routes.devices.find(browser, id);
      if (device) return page(ctx, browser, device);
      auditAccessRefused(ctx, 'device', id);
      return showGone(ctx, browser);
    });
  router.get(
    HOME,
    signedIn((ctx, browser) => showDevices(routes, ctx, browser)),
  );
  router.get(
    `${HOME}/removed`,
    signedIn((ctx, browser) => showDeregistered(routes, ctx, browser)),
  );
  router.get(
    `${HOME}/:id`,
    withDevice((ctx, browser, device) => showDevice(routes, ctx, browser, device)),
  );
  router.post(
    `${HOME}/:id/rename`,
    withDevice((ctx, browser, device) => rename(routes, ctx, browser, device)),
  );
  router.post(
    `${HOME}/:id/member`,
    withDevice((ctx, browser, device) => assign(routes, ctx, browser, device)),
  );
  router.get(
    `${HOME}/:id/remove`,
    withDevice((ctx, browser, device) => askToDeregister(routes, ctx, browser, device)),
  );
  router.post(
    `${HOME}/:id/remove`,
    withDevice((ctx, browser, device) => deregister(routes, ctx, browser, device)),
  );
  return router;
}

type PageOfDevice = (ctx: WebContext, browser: Session, device: LinkedDevice) => void | Promise<void>;

async function environment(
  { household, appName, dormantAfter, now }: LinkedDeviceRoutes,
  browser: Session,
): Promise<DeviceEnvironment> {
  return { appName, dormantAfter, now: now(), members: await household.list(browser) };
}

async function showDevices(routes: LinkedDeviceRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const query: DeviceQuery = {
    search: (queryOf(ctx, 'q') ?? '').slice(0, MAX_SEARCH),
    order: parseDeviceOrder(queryOf(ctx, 'sort')),
    page: Math.max(1, Number.parseInt(queryOf(ctx, 'page') ?? '', 10) || 1),
    pageSize: PAGE_SIZE,
  };
  const reading = environment(routes, browser);
  const [{ rows, found, page, pages, total }, around, waiting] = await Promise.all([
    pageOf(routes, browser, query, reading),
    reading,
    routes.waiting.list(browser),
  ]);
  renderPage(ctx, {
    page: 'devices',
    ...accountParts(ctx, browser, 'devices'),
    waiting: page === 1 && isBlank(query.search) ? waiting.map(waitingRow) : [],
    rows: rows.map((device) => deviceRow(device, around)),
    total,
    found,
    search: query.search,
    order: query.order,
    pageNumber: page,
    pages,
    now: new Date(around.now),
  });
}

/** Words and names are sealed, so only searching and sorting by name read every device. */
async function pageOf(
  { devices }: LinkedDeviceRoutes,
  browser: Session,
  query: DeviceQuery,
  reading: Promise<DeviceEnvironment>,
): Promise<DevicePage<LinkedDevice> & { total: number }> {
  const { search, order, ...part } = query;
  if (isBlank(search) && order !== 'name') {
    const page = await devices.page(browser, { ...part, order });
    return { ...page, total: page.found };
  }
  const [all, around] = await Promise.all([devices.list(browser), reading]);
  return { ...pageOfDevices(all, query, (device) => wordsOfRow(device, around)), total: all.length };
}

async function showDevice(
  routes: LinkedDeviceRoutes,
  ctx: WebContext,
  browser: Session,
  device: LinkedDevice,
): Promise<void> {
  const around = await environment(routes, browser);
  renderPage(ctx, {
    page: 'device',
    ...accountParts(ctx, browser, 'devices'),
    notice: routes.notices.read(browser, queryOf(ctx, 'notice')),
    facts: deviceFacts(device, around),
    members: around.members,
    memberId: device.memberId,
    now: new Date(around.now),
  });
}

async function rename(
  { devices, notices }: LinkedDeviceRoutes,
  ctx: WebContext,
  browser: Session,
  device: LinkedDevice,
): Promise<void> {
  const { device_name: name } = readForm(ctx, { device_name: text });
  const saved = await devices.rename(browser, device, name, placeOf(ctx));
  return saved
    ? seeOther(ctx, notices.linkWith(`${HOME}/${device.id}`, browser, 'Saved.'))
    : showGone(ctx, browser);
}

async function assign(
  { devices, household, notices }: LinkedDeviceRoutes,
  ctx: WebContext,
  browser: Session,
  device: LinkedDevice,
): Promise<void> {
  const { member: id } = readForm(ctx, { member: text });
  const member = id === '' ? undefined : await household.find(browser, id);
  if (id !== '' && !member) return refuseAccess(ctx, 'member');
  const saved = await devices.assign(browser, device, member, placeOf(ctx));
  return saved
    ? seeOther(ctx, notices.linkWith(`${HOME}/${device.id}`, browser, 'Saved.'))
    : showGone(ctx, browser);
}

async function askToDeregister(
  routes: LinkedDeviceRoutes,
  ctx: WebContext,
  browser: Session,
  device: LinkedDevice,
): Promise<void> {
  const around = await environment(routes, browser);
  renderPage(ctx, {
    page: 'deregister',
    ...accountParts(ctx, browser, 'devices'),
    row: deviceRow(device, around),
    now: new Date(around.now),
  });
}

async function deregister(
  routes: LinkedDeviceRoutes,
  ctx: WebContext,
  browser: Session,
  device: LinkedDevice,
): Promise<void> {
  if (!(await routes.devices.deregister(browser, device, placeOf(ctx)))) return showGone(ctx, browser);
  ctx.state.audit('device-deregistered', { device: device.id });
  const ended: Ended = {
    ...device.claimed,
    name: device.ownName ?? device.claimed.name,
    app: device.clientId,
  };
  const ticket = routes.tickets.issue(DEREGISTERED, browser.uid, ended);
  seeOther(ctx, linkTo(`${HOME}/removed`, { device: ticket }));
}

type Ended = LinkedDevice['claimed'] & { readonly app: string };

/** Only what this browser has just ended is called ended. */
function showDeregistered({ tickets, appName }: LinkedDeviceRoutes, ctx: WebContext, browser: Session): void {
  const ended = tickets.read<Ended>(DEREGISTERED, browser.uid, queryOf(ctx, 'device'));
  if (!ended) return seeOther(ctx, HOME);
  const parts = accountParts(ctx, browser, 'devices');
  const device = shownDevice(ended);
  renderPage(ctx, {
    page: 'deregistered',
    ...parts,
    outcome: 'ended',
    device,
    appName: appName(ended.app),
  });
}

/** The same for a device that has ended, one of another account, and one that never was. */
function showGone(ctx: WebContext, browser: Session): void {
  const view: DeregisteredView = {
    page: 'deregistered',
    ...accountParts(ctx, browser, 'devices'),
    outcome: 'gone',
  };
  renderPage(ctx, view, 404);
}
