/** `/demo/tv`: development only; the composition root leaves it out elsewhere. */
import { Router } from '@koa/router';
import { claimedDevice } from '../../devices/claimed-device.ts';
import { withUserCode } from '../../devices/user-code.ts';
import { showError } from '../middleware/errors.ts';
import { allowOwnRequests, allowOwnScripts } from '../middleware/security-headers.ts';
import { shownDevice } from '../pages/device-views.ts';
import { qrPicture } from '../qr-picture.ts';
import { renderPage } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { queryOf } from './visit.ts';

interface DemoTvRoutes {
  readonly issuer: string;
  /** The origin by which a phone reaches this server. */
  readonly phoneAddress: string | undefined;
}

/** Clients of `clients.example.json`. */
const CLIENTS = { tv: 'living-room-tv', others: 'demo-device' };
const USER_CODE = /^[A-Za-z0-9-]{1,40}$/;

export function demoTvRoutes(routes: DemoTvRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  router.get('/demo/tv', bound(showTv));
  router.get('/demo/tv/qr', bound(drawCode));
  return router;
}

function showTv({ issuer, phoneAddress }: DemoTvRoutes, ctx: WebContext): void {
  const asked = queryOf(ctx, 'type') ?? 'tv';
  const claimed = claimedDevice({ device_name: queryOf(ctx, 'name'), device_type: asked });
  allowOwnScripts(ctx);
  allowOwnRequests(ctx);
  renderPage(ctx, {
    page: 'demo-tv',
    csrf: '',
    device: { ...shownDevice(claimed), name: claimed.name ?? 'Living room' },
    type: claimed.type,
    clientId: claimed.type === 'tv' ? CLIENTS.tv : CLIENTS.others,
    issuer,
    phoneAddress: phoneAddress === issuer ? undefined : phoneAddress,
    phoneReaches: phoneAddress !== undefined,
  });
}

/** As `verification_uri_complete` says, at the address that a phone can open. */
async function drawCode({ issuer, phoneAddress = issuer }: DemoTvRoutes, ctx: WebContext): Promise<void> {
  const code = queryOf(ctx, 'user_code') ?? '';
  if (!USER_CODE.test(code)) return showError(ctx, 'not-found');
  const { size, path } = await qrPicture(withUserCode(`${phoneAddress}/device`, code));
  ctx.set('Cache-Control', 'no-store');
  ctx.type = 'image/svg+xml; charset=utf-8';
  ctx.body = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>`;
}
