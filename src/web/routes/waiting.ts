/** `/device/waiting` and below it: the owner has approved a device, and it has not come for its tokens yet. */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import { isWanted } from '../../alerts/alert-choices.ts';
import { POLL_PACING } from '../../devices/device-code-store.ts';
import type { FormerRow } from '../../devices/former-row.ts';
import type { LinkWatch } from '../../devices/link-watch.ts';
import type { LinkedDevices } from '../../devices/linked-devices.ts';
import type { LinkState } from '../../devices/waiting-link.ts';
import type { WaitingLinks } from '../../devices/waiting-links.ts';
import { describeError } from '../../errors/error-description.ts';
import { StoreUnavailable } from '../../errors/store-unavailable.ts';
import { refuseAccess } from '../access-denied.ts';
import { goneSignal, streamPage } from '../held-page.ts';
import type { ApprovedLink, LinkTickets } from '../link-tickets.ts';
import { readForm, text } from '../middleware/form.ts';
import { allowOwnRequests, allowOwnScripts } from '../middleware/security-headers.ts';
import { shownDevice } from '../pages/device-views.ts';
import { linkTo } from '../pages/labels.ts';
import { namedDevice } from '../pages/linked-device-views.ts';
import type { DeviceWaitingView, LinkAnswer } from '../pages/waiting.ts';
import { renderPage, seeOther, signedInAs } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { WAITING } from './device-decision.ts';
import { signedIn } from './signed-in.ts';
import { paramOf, placeOf, queryOf } from './visit.ts';

interface WaitingRoutes {
  readonly devices: Pick<LinkedDevices, 'formerRow'>;
  readonly links: WaitingLinks;
  readonly watch: LinkWatch;
  readonly tickets: LinkTickets;
  readonly holds?: HoldTimes;
}

/** Milliseconds for which a device is waited for. */
export interface HoldTimes {
  /** By a page that is being read: a device that polls as it was told comes within that. */
  readonly page: number;
  /** By the script of the page. */
  readonly script: number;
}

const HOLDS: HoldTimes = { page: POLL_PACING.interval + 2000, script: 25_000 };
const LIST = '/account/devices';

export function waitingRoutes(routes: WaitingRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const { page, script } = routes.holds ?? HOLDS;
  const router = new Router<WebState>();
  const withLink = (show: PageOfLink) =>
    signedIn((ctx, browser) => {
      const ticket = queryOf(ctx, 'device');
      const link = routes.tickets.readWaiting(browser, ticket);
      return link ? show(ctx, browser, { ...link, ticket: String(ticket) }) : seeOther(ctx, LIST);
    });
  router.get(
    WAITING,
    withLink((ctx, browser, link) => showWaiting(routes, ctx, browser, link, page)),
  );
  router.get(
    `${WAITING}/state`,
    withLink((ctx, browser, link) => showState(routes, ctx, browser, link, script)),
  );
  router.post(`${WAITING}/remove`, signedIn(bound(remove)));
  router.get(`${LIST}/waiting/:id`, signedIn(bound(openWaiting)));
  return router;
}

/** With the ticket that names it. */
type TicketedLink = ApprovedLink & { readonly ticket: string };
type PageOfLink = (ctx: WebContext, browser: Session, link: TicketedLink) => void | Promise<void>;

/** What is known already is said at once, under the same address. */
async function showWaiting(
  { devices, watch }: WaitingRoutes,
  ctx: WebContext,
  browser: Session,
  link: TicketedLink,
  milliseconds: number,
): Promise<void> {
  const view = viewOf(ctx, link);
  const answerOf = (state: LinkState) => answer(devices, state, browser, link);
  const state = await watch.look(browser, link.id);
  if (state !== 'waiting') return renderPage(ctx, { ...view, answer: await answerOf(state) });
  allowOwnScripts(ctx);
  allowOwnRequests(ctx);
  const gone = goneSignal(ctx);
  streamPage(ctx, { ...view, streamed: true }, async () => {
    const held = watch.hold(browser, link.id, milliseconds, gone);
    const answered = await held.then(answerOf).catch((error: unknown) => unknown(ctx, error));
    return { ...view, streamed: true, answer: answered };
  });
}

/** For the script of the page, which puts the answer into it. */
async function showState(
  { devices, watch }: WaitingRoutes,
  ctx: WebContext,
  browser: Session,
  link: TicketedLink,
  milliseconds: number,
): Promise<void> {
  const view = viewOf(ctx, link);
  try {
    let state = await watch.look(browser, link.id);
    if (state === 'waiting' && ctx.method === 'GET')
      state = await watch.hold(browser, link.id, milliseconds, goneSignal(ctx));
    renderPage(ctx, { ...view, answer: await answer(devices, state, browser, link) });
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    ctx.set('Retry-After', String(error.retryAfter));
    renderPage(ctx, { ...view, answer: unknown(ctx, error) }, 503);
  }
}

/** For an owner who comes from their list of devices; what has come since is one of them. */
async function openWaiting(routes: WaitingRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const { links, tickets, watch } = routes;
  const id = paramOf(ctx, 'id');
  const link = await links.find(browser, id);
  if (link) {
    const ticket = tickets.waiting(browser, { id, device: link.claimed });
    return seeOther(ctx, linkTo(WAITING, { device: ticket }));
  }
  if ((await watch.look(browser, id)) === 'linked') return seeOther(ctx, `${LIST}/${id}`);
  refuseAccess(ctx, 'device');
}

/** One that has come meanwhile is removed all the same: the page says what came of it. */
async function remove({ links, tickets }: WaitingRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const { ticket } = readForm(ctx, { ticket: text });
  const approved = tickets.readWaiting(browser, ticket);
  if (!approved) return seeOther(ctx, LIST);
  const link = (await links.find(browser, approved.id)) ?? { ...approved, claimed: approved.device };
  const outcome = await links.remove(browser, link, placeOf(ctx));
  if (outcome === 'withdrawn') {
    ctx.state.audit('device-denied');
    return seeOther(ctx, '/device/denied');
  }
  if (outcome === 'removed') ctx.state.audit('device-deregistered', { device: link.id });
  seeOther(ctx, linkTo(WAITING, { device: ticket }));
}

function viewOf(ctx: WebContext, { device, ticket }: TicketedLink): DeviceWaitingView {
  return {
    page: 'device-waiting',
    csrf: ctx.state.csrf,
    signedInAs: signedInAs(ctx),
    device: shownDevice(device),
    address: linkTo(WAITING, { device: ticket }),
    ticket,
    streamed: false,
    answer: undefined,
  };
}

async function answer(
  devices: WaitingRoutes['devices'],
  state: LinkState,
  browser: Session,
  { id }: ApprovedLink,
): Promise<LinkAnswer> {
  if (state !== 'linked') return { state };
  const { profile } = browser;
  const mailTo = isWanted('device-linked', profile) ? profile.email : undefined;
  const former = await devices.formerRow(browser, id);
  return { state, deviceAt: `${LIST}/${id}`, mailTo, former: former && formerView(former) };
}

function formerView({ device, by }: FormerRow) {
  const [linkedAt, lastActivity] = [new Date(device.linkedAt), new Date(device.lastActivity)];
  return { id: device.id, device: namedDevice(device), linkedAt, lastActivity, by };
}

/** The page has begun, so it says so in the rest of it. */
function unknown(ctx: WebContext, error: unknown): LinkAnswer {
  ctx.state.log.error({ error: describeError(error) }, 'waiting for a device failed');
  if (error instanceof StoreUnavailable) ctx.state.audit('store-unavailable');
  return { state: 'unknown' };
}
