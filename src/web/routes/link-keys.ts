/** `/account/keys`: keys by which an owner links machines without a screen. */

import { isIP } from 'node:net';
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import { cleanClaim } from '../../devices/claimed-device.ts';
import { LINK_KEY_LIVES, type LinkKeyLife, MAX_USES } from '../../devices/link-key.ts';
import type { LinkKeys } from '../../devices/link-keys.ts';
import { isLoopback } from '../../net/loopback.ts';
import { networkOf } from '../../net/network.ts';
import type { Networks } from '../../net/networks.ts';
import type { ClientPlace } from '../../net/requester.ts';
import { requesterOf } from '../../net/requester.ts';
import { saidTo, type Worded } from '../../words/worded.ts';
import { refuseAccess } from '../access-denied.ts';
import type { FlashMessages } from '../flash-messages.ts';
import { answerAt, toldOf, typedOf } from '../form-answers.ts';
import { showError } from '../middleware/errors.ts';
import { isTicked, oneOf, readForm, textOf, ticked } from '../middleware/form.ts';
import type { StepUp } from '../middleware/step-up.ts';
import type { PageTickets } from '../page-tickets.ts';
import { linkTo, scopeLabel } from '../pages/labels.ts';
import { KEY_PLACES, type LinkKeyRow, type MakeLinkKeyView } from '../pages/link-keys.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { paramOf, placeOf, queryOf } from './visit.ts';

interface LinkKeyRoutes {
  readonly linkKeys: LinkKeys;
  /** Clients that take keys. */
  readonly takers: () => readonly { readonly id: string; readonly name: Worded }[];
  readonly appName: (clientId: string) => Worded;
  readonly networks: Networks;
  readonly stepUp: Pick<StepUp, 'before' | 'justBefore'>;
  readonly tickets: PageTickets;
  readonly flash: FlashMessages;
  readonly now: () => number;
}

const KEYS = '/account/keys';
const MAKE = `${KEYS}/new`;
const SHOWN = 'link-key-shown';
const MAX_TYPED = 100;
/** What every machine gets: it knows whose it is, and stays linked. */
const ALWAYS = ['openid', 'offline_access'];
/** What its owner may add, and whether that is ticked from the start. */
const OPTIONAL = { profile: true, email: false, household: false, voice_code: false };

export function linkKeyRoutes(routes: LinkKeyRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const { stepUp } = routes;
  const router = new Router<WebState>();
  router.get(KEYS, signedIn(bound(list)));
  router.get(
    MAKE,
    signedIn((ctx, browser) => {
      if (queryOf(ctx, 'shown') === undefined) return form(routes, ctx, browser);
      return stepUp.before('make-link-key', (_, proved) => showOnce(routes, ctx, proved))(ctx, browser);
    }),
  );
  router.post(MAKE, signedIn(stepUp.justBefore('make-link-key', bound(make))));
  router.post(`${KEYS}/:id/end`, signedIn(bound(end)));
  return router;
}

async function list(
  { linkKeys, takers, appName, flash, now }: LinkKeyRoutes,
  ctx: WebContext,
  browser: Session,
): Promise<void> {
  const keys = await linkKeys.list(browser);
  const rows = keys.map(
    ({ id, name, clientId, uses, usesLeft, endsAt, network, refused }): LinkKeyRow => ({
      id,
      name,
      appName: saidTo(readerOf(ctx), appName(clientId)),
      uses,
      usesLeft,
      endsAt: new Date(endsAt),
      network: network === undefined ? undefined : networkOf(network),
      isHere: network !== undefined && isLoopback(network),
      refused: refused && { at: new Date(refused.at), why: refused.why },
    }),
  );
  renderPage(ctx, {
    page: 'link-keys',
    ...accountParts(ctx, browser, 'devices'),
    notice: flash.read(browser, queryOf(ctx, 'notice')),
    rows,
    canMake: takers().length > 0,
    now: new Date(now()),
  });
}

function form({ takers, networks }: LinkKeyRoutes, ctx: WebContext, browser: Session): void {
  const clients = takers().map(({ id, name }) => ({ id, name: saidTo(readerOf(ctx), name) }));
  if (clients.length === 0) return seeOther(ctx, KEYS);
  const { status, ...told } = toldOf<Pick<MakeLinkKeyView, 'problem'>>(ctx);
  const typed = typedOf(ctx);
  const isAgain = 'key_name' in typed;
  const abilities = Object.entries(OPTIONAL).map(([scope, isUsual]) => ({
    scope,
    words: scopeLabel(readerOf(ctx), scope) ?? scope,
    ticked: isAgain ? `allow:${scope}` in typed : isUsual,
  }));
  const here = tells(networks, requesterOf(ctx)) ? networkOf(requesterOf(ctx).address) : undefined;
  const lives = Object.keys(LINK_KEY_LIVES) as LinkKeyLife[];
  const parts = accountParts(ctx, browser, 'devices');
  renderPage(
    ctx,
    {
      page: 'make-link-key',
      ...parts,
      clients,
      abilities,
      lives,
      here,
      isHere: isLoopback(requesterOf(ctx).address),
      typed,
      ...told,
    },
    status,
  );
}

/** Whether a machine there could be told to be there. */
function tells(networks: Networks, place: ClientPlace): boolean {
  return networks.compare(place, place) === 'same';
}

async function make(routes: LinkKeyRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const chosen = readForm(ctx, {
    key_name: textOf(MAX_TYPED),
    client: oneOf(...routes.takers().map(({ id }) => id)),
    uses: textOf(MAX_TYPED),
    life: oneOf('hour', 'day', 'week'),
    network: oneOf(...KEY_PLACES),
    network_address: textOf(MAX_TYPED),
  });
  const { client: clientId, life } = chosen;
  if (!clientId || !life || !chosen.network) return showError(ctx, 'bad-request');
  const optional = Object.keys(OPTIONAL).filter((scope) => isTicked(ctx, 'allow', scope));
  const ticks = optional.map((scope) => [`allow:${scope}`, 'on'] as const);
  const typed = { ...chosen, client: clientId, life, network: chosen.network, ...Object.fromEntries(ticks) };
  const [name, uses, network] = [
    cleanClaim(chosen.key_name),
    countIn(chosen.uses),
    addressOf(routes, ctx, chosen),
  ];
  const fields = {
    key_name: name === undefined ? ('missing' as const) : undefined,
    uses: uses === undefined ? ('not-a-count' as const) : undefined,
    network_address: network === false ? ('not-an-address' as const) : undefined,
  };
  if (name === undefined || uses === undefined || network === false)
    return answerAt(ctx, MAKE, { problem: { kind: 'fields', fields } }, typed);
  const choice = { name, clientId, scopes: [...ALWAYS, ...optional], network, uses, life };
  const made = await routes.linkKeys.make(browser, choice, placeOf(ctx));
  if (made.outcome === 'full') return answerAt(ctx, MAKE, { problem: { kind: 'too-many' } }, typed);
  // Everything was signed out meanwhile, this browser too.
  if (made.outcome !== 'made') return seeOther(ctx, MAKE);
  ctx.state.audit('link-key-made', { client: clientId });
  seeOther(ctx, linkTo(MAKE, { shown: routes.tickets.issue(SHOWN, browser.uid, { key: made.key, name }) }));
}

function countIn(text: string): number | undefined {
  const count = /^\d{1,3}$/.test(text.trim()) ? Number(text) : 0;
  return count >= 1 && count <= MAX_USES ? count : undefined;
}

/** @returns `undefined`: anywhere; `false`: no address of which could be told whether a machine is there */
function addressOf(
  { networks }: LinkKeyRoutes,
  ctx: WebContext,
  { network, network_address: typed }: { network: string | undefined; network_address: string },
): string | undefined | false {
  if (network === 'anywhere') return undefined;
  const address = typed.trim();
  const place = network === 'here' ? requesterOf(ctx) : { address, isCertain: isIP(address) !== 0 };
  return tells(networks, place) ? place.address : false;
}

/** The key itself, under an address that only the browser that made it can read, for ten minutes. */
function showOnce({ tickets }: LinkKeyRoutes, ctx: WebContext, browser: Session): void {
  const made = tickets.read<{ key: string; name: string }>(SHOWN, browser.uid, queryOf(ctx, 'shown'));
  if (!made) return seeOther(ctx, KEYS);
  renderPage(ctx, { page: 'link-key', ...accountParts(ctx, browser, 'devices'), ...made });
}

async function end(routes: LinkKeyRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const { devices } = readForm(ctx, { devices: ticked });
  const id = paramOf(ctx, 'id');
  const ended = await routes.linkKeys.end(browser, id, devices, placeOf(ctx));
  if (ended === undefined) return refuseAccess(ctx, 'link-key');
  ctx.state.audit('link-key-ended');
  for (const device of ended) ctx.state.audit('device-deregistered', { device });
  const said = readerOf(ctx).t('account.notice.key-ended', { devices: ended.length > 0 ? 'yes' : 'no' });
  seeOther(ctx, routes.flash.linkWith(KEYS, browser, said));
}
