/** `/account/security/two-step`: what there is, and each factor by itself. */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import { quoteName } from '../../devices/claimed-words.ts';
import { formatUserAgent } from '../../devices/user-agent.ts';
import type { Factor } from '../../mfa/factor.ts';
import { maskPhoneNumber } from '../../mfa/phone-number.ts';
import type { Reader } from '../../words/reader.ts';
import { refuseAccess } from '../access-denied.ts';
import { goOnOf } from '../middleware/cookies.ts';
import { readForm, text } from '../middleware/form.ts';
import { factorName } from '../pages/factor-name.ts';
import type { FactorView, NamedRow, TwoStepView } from '../pages/two-step.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { ownPath } from './return-to.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { changesFactors, type TwoStepPages } from './two-step-pages.ts';
import { placeOf, queryOf, visitOf } from './visit.ts';

export const TWO_STEP = '/account/security/two-step';

export function twoStepRoutes(routes: TwoStepPages): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  const changes = (page: Parameters<TwoStepPages['stepUp']['before']>[1]) =>
    signedIn(routes.stepUp.before('change-factors', page));
  router.get(TWO_STEP, signedIn(bound(show)));
  router.get(`${TWO_STEP}/factor/:id`, signedIn(bound(showFactor)));
  router.post(`${TWO_STEP}/factor/:id/rename`, changes(bound(rename)));
  router.post(`${TWO_STEP}/factor/:id/remove`, signedIn(changesFactors(routes, bound(remove))));
  router.post(`${TWO_STEP}/trusted/end`, signedIn(bound(endTrust)));
  return router;
}

/** Back to the page, which says this once. */
export function backToTwoStep(
  { flash }: TwoStepPages,
  ctx: WebContext,
  browser: Session,
  notice: string,
): void {
  seeOther(ctx, flash.linkWith(TWO_STEP, ctx.state.browser ?? browser, notice));
}

async function show(routes: TwoStepPages, ctx: WebContext, browser: Session): Promise<void> {
  const { twoStep, trustedBrowsers, addPhone, addPasskey } = routes.services;
  const { accountId } = browser;
  const [factors, trusted] = await Promise.all([twoStep.list(accountId), trustedBrowsers.list(accountId)]);
  const phone = factors.find((factor) => factor.kind === 'phone');
  const goOn = goOnOf(ctx);
  const view: TwoStepView = {
    page: 'two-step',
    ...accountParts(ctx, browser, 'security'),
    notice: routes.flash.read(browser, queryOf(ctx, 'notice')),
    now: new Date(routes.now()),
    named: factors.flatMap((factor) => rowOf(readerOf(ctx), factor)),
    backupCodes: factors.find((factor) => factor.kind === 'backup-codes')?.left,
    phone: phone && maskPhoneNumber(phone.number),
    trusted: trusted.map(({ name, userAgent, address, since, until }) => ({
      name,
      program: formatUserAgent(readerOf(ctx), userAgent),
      address,
      since: new Date(since),
      until: new Date(until),
    })),
    offers: { phone: addPhone !== undefined, passkey: addPasskey.possible },
    goOn: goOn === undefined ? undefined : ownPath(goOn, routes.issuer),
  };
  renderPage(ctx, view);
}

async function showFactor(routes: TwoStepPages, ctx: WebContext, browser: Session): Promise<void> {
  const factors = await routes.services.twoStep.list(browser.accountId);
  const factor = factors.find(({ id }) => id === idOf(ctx));
  if (!factor) return refuseAccess(ctx, 'factor');
  const { id, kind } = factor;
  const mains = factors.filter((one) => one.kind === 'totp' || one.kind === 'passkey');
  const view: FactorView = {
    page: 'factor',
    ...accountParts(ctx, browser, 'security'),
    id,
    kind,
    name: nameOf(readerOf(ctx), factor),
    now: new Date(routes.now()),
    addedAt: new Date(factor.createdAt),
    usedAt: dateOf(factor.usedAt),
    isLast: mains.length === 1 && mains[0] === factor,
    isDemanded: routes.isDemanded,
  };
  renderPage(ctx, view);
}

async function rename(routes: TwoStepPages, ctx: WebContext, browser: Session): Promise<void> {
  const { name } = readForm(ctx, { name: text });
  const renamed = await routes.services.twoStep.rename(browser, idOf(ctx), name);
  if (!renamed) return refuseAccess(ctx, 'factor');
  backToTwoStep(routes, ctx, browser, readerOf(ctx).t('security.notice.renamed'));
}

async function remove(routes: TwoStepPages, ctx: WebContext, browser: Session): Promise<void> {
  const removed = await routes.services.twoStep.remove(browser, idOf(ctx), placeOf(ctx));
  if (!removed) return refuseAccess(ctx, 'factor');
  ctx.state.audit('factor-removed', { account: browser.accountId, factor: removed.id, reason: removed.kind });
  const isOff = (await routes.services.twoStep.list(browser.accountId)).length === 0;
  const reader = readerOf(ctx);
  const name = quoteName(reader, nameOf(reader, removed));
  const notice = reader.t('security.notice.removed', { name, off: isOff ? 'yes' : 'no' });
  backToTwoStep(routes, ctx, browser, notice);
}

async function endTrust(routes: TwoStepPages, ctx: WebContext, browser: Session): Promise<void> {
  const { name } = readForm(ctx, { name: text });
  const ended = await routes.services.trustedBrowsers.end(browser.accountId, name, visitOf(ctx));
  if (!ended) return refuseAccess(ctx, 'trusted-browser');
  ctx.state.audit('browser-trust-ended', { account: browser.accountId });
  backToTwoStep(routes, ctx, browser, readerOf(ctx).t('security.notice.asks-again'));
}

function idOf(ctx: WebContext): string {
  return String((ctx as WebContext & { params: Record<string, string> }).params['id'] ?? '');
}

function rowOf(reader: Reader, factor: Factor): NamedRow[] {
  if (factor.kind !== 'totp' && factor.kind !== 'passkey') return [];
  const { id, kind, createdAt, usedAt } = factor;
  return [
    { id, kind, name: factorName(reader, factor), addedAt: new Date(createdAt), usedAt: dateOf(usedAt) },
  ];
}

function nameOf(reader: Reader, factor: Factor): string {
  if (factor.kind === 'phone') return maskPhoneNumber(factor.number);
  return 'name' in factor ? factorName(reader, factor) : reader.t('security.backup-codes');
}

const dateOf = (at: number | undefined) => (at === undefined ? undefined : new Date(at));
