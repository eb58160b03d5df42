/** What lies below `/account/devices`: a device that may act for the owner, and removing it. */

import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import type { AppLink } from '../../devices/app-link.ts';
import type { WordsOfScopes } from '../../devices/asked-resource.ts';
import type { LinkedDevice } from '../../devices/linked-device.ts';
import type { LinkedDevices } from '../../devices/linked-devices.ts';
import type { Household } from '../../household/household.ts';
import { saidTo, type Worded } from '../../words/worded.ts';
import { auditAccessRefused, refuseAccess } from '../access-denied.ts';
import type { FlashMessages } from '../flash-messages.ts';
import { typedOf } from '../form-answers.ts';
import { readForm, text } from '../middleware/form.ts';
import type { PageTickets } from '../page-tickets.ts';
import { shownLinks } from '../pages/app-links.ts';
import { shownDevice } from '../pages/device-views.ts';
import { linkTo } from '../pages/labels.ts';
import { type DeviceEnvironment, deviceFacts, deviceRow, namedDevice } from '../pages/linked-device-views.ts';
import type { DeregisteredView } from '../pages/linked-devices.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { paramOf, placeOf, queryOf } from './visit.ts';

interface LinkedDeviceRoutes {
  readonly devices: LinkedDevices;
  readonly household: Household;
  readonly tickets: PageTickets;
  readonly flash: FlashMessages;
  readonly appName: (clientId: string) => Worded;
  readonly appLinks: (clientId: string) => readonly AppLink[];
  readonly resources: WordsOfScopes;
  /** milliseconds */
  readonly dormantAfter: number;
  readonly now: () => number;
}

const HOME = '/account/devices';
const DEREGISTERED = 'device-deregistered';

export function linkedDeviceRoutes(routes: LinkedDeviceRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  const withDevice = (page: PageOfDevice) =>
    signedIn(async (ctx, browser) => {
      const id = paramOf(ctx, 'id');
      const device = await routes.devices.find(browser, id);
      if (device) return page(ctx, browser, device);
      auditAccessRefused(ctx, 'device', id);
      return showGone(ctx, browser);
    });
  router.get(`${HOME}/removed`, signedIn(bound(showDeregistered)));
  router.get(`${HOME}/:id`, withDevice(bound(showDevice)));
  router.get(
    `${HOME}/:id/rename`,
    withDevice((ctx, browser, device) => showRename(ctx, browser, device)),
  );
  router.get(`${HOME}/:id/member`, withDevice(bound(showMember)));
  router.post(`${HOME}/:id/rename`, withDevice(bound(rename)));
  router.post(`${HOME}/:id/member`, withDevice(bound(assign)));
  router.get(`${HOME}/:id/remove`, withDevice(bound(askToDeregister)));
  router.post(`${HOME}/:id/remove`, withDevice(bound(deregister)));
  return router;
}

type PageOfDevice = (ctx: WebContext, browser: Session, device: LinkedDevice) => void | Promise<void>;

async function environment(
  { household, appName, dormantAfter, now }: LinkedDeviceRoutes,
  ctx: WebContext,
  browser: Session,
): Promise<DeviceEnvironment> {
  return {
    reader: readerOf(ctx),
    appName: (id) => saidTo(readerOf(ctx), appName(id)),
    dormantAfter,
    now: now(),
    members: await household.list(browser),
  };
}

async function showDevice(
  routes: LinkedDeviceRoutes,
  ctx: WebContext,
  browser: Session,
  device: LinkedDevice,
): Promise<void> {
  const [around, scopes] = await Promise.all([
    environment(routes, ctx, browser),
    routes.devices.scopesOf(browser, device),
  ]);
  renderPage(ctx, {
    page: 'device',
    ...accountParts(ctx, browser, 'devices'),
    notice: routes.flash.read(browser, queryOf(ctx, 'notice')),
    facts: deviceFacts(device, around, scopes, routes.resources.wordsOf(scopes)),
    members: around.members,
    links: shownLinks(around.reader, routes.appLinks(device.clientId)),
    now: new Date(around.now),
  });
}

function showRename(ctx: WebContext, browser: Session, device: LinkedDevice): void {
  renderPage(ctx, {
    page: 'device-rename',
    ...accountParts(ctx, browser, 'devices'),
    id: device.id,
    device: namedDevice(device),
    deviceName: typedOf(ctx)['device_name'],
  });
}

async function showMember(
  { household }: LinkedDeviceRoutes,
  ctx: WebContext,
  browser: Session,
  device: LinkedDevice,
): Promise<void> {
  renderPage(ctx, {
    page: 'device-member',
    ...accountParts(ctx, browser, 'devices'),
    id: device.id,
    device: namedDevice(device),
    members: await household.list(browser),
    memberId: device.memberId,
  });
}

async function rename(
  { devices, flash }: LinkedDeviceRoutes,
  ctx: WebContext,
  browser: Session,
  device: LinkedDevice,
): Promise<void> {
  const { device_name: name } = readForm(ctx, { device_name: text });
  const saved = await devices.rename(browser, device, name, placeOf(ctx));
  answerSaved(flash, ctx, browser, saved ? device : undefined);
}

async function assign(
  { devices, household, flash }: LinkedDeviceRoutes,
  ctx: WebContext,
  browser: Session,
  device: LinkedDevice,
): Promise<void> {
  const { member: id } = readForm(ctx, { member: text });
  const member = id === '' ? undefined : await household.find(browser, id);
  if (id !== '' && !member) return refuseAccess(ctx, 'member');
  const saved = await devices.assign(browser, device, member, placeOf(ctx));
  answerSaved(flash, ctx, browser, saved ? device : undefined);
}

/** @param device `undefined`: it was gone, and nothing was saved */
function answerSaved(
  flash: FlashMessages,
  ctx: WebContext,
  browser: Session,
  device: LinkedDevice | undefined,
): void {
  if (!device) return showGone(ctx, browser);
  seeOther(ctx, flash.linkWith(`${HOME}/${device.id}`, browser, readerOf(ctx).t('account.notice.saved')));
}

async function askToDeregister(
  routes: LinkedDeviceRoutes,
  ctx: WebContext,
  browser: Session,
  device: LinkedDevice,
): Promise<void> {
  const around = await environment(routes, ctx, browser);
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
    appName: saidTo(readerOf(ctx), appName(ended.app)),
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
