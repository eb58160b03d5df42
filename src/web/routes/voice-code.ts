/** `/account/security/voice-code`: the four digits that confirm what is bought by voice, and how much may be. */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import { CURRENCIES, decimalsOf, typedAmount } from '../../voice-code/money.ts';
import type { VoiceCode } from '../../voice-code/voice-code.ts';
import type { BoughtToday, VoicePurchases } from '../../voice-code/voice-purchases.ts';
import { knownZone, type PlainKey, type Reader } from '../../words/reader.ts';
import type { FlashMessages } from '../flash-messages.ts';
import { answerAt, toldOf, typedOf } from '../form-answers.ts';
import { readForm, text, textOf } from '../middleware/form.ts';
import type { StepUp } from '../middleware/step-up.ts';
import type { VoiceCodeView } from '../pages/voice-code.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { accountParts, type SignedInPage, signedIn } from './signed-in.ts';
import { placeOf, queryOf } from './visit.ts';

interface VoiceCodeRoutes {
  readonly voiceCode: VoiceCode;
  readonly purchases: VoicePurchases;
  readonly stepUp: StepUp;
  readonly flash: FlashMessages;
  readonly now: () => number;
}

const PATH = '/account/security/voice-code';

export function voiceCodeRoutes(routes: VoiceCodeRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  const changes = (page: SignedInPage) => signedIn(routes.stepUp.before('change-voice-code', page));
  router.get(PATH, signedIn(bound(show)));
  router.post(PATH, changes(bound(set)));
  router.get(
    [`${PATH}/unlock`, `${PATH}/remove`, `${PATH}/limits`],
    signedIn((ctx) => seeOther(ctx, PATH)),
  );
  router.post(`${PATH}/unlock`, changes(bound(unlock)));
  router.post(`${PATH}/remove`, changes(bound(remove)));
  router.post(`${PATH}/limits`, changes(bound(setLimits)));
  return router;
}

async function show(
  { voiceCode, purchases, flash, now }: VoiceCodeRoutes,
  ctx: WebContext,
  browser: Session,
): Promise<void> {
  const { status, ...told } = toldOf<Pick<VoiceCodeView, 'problem'>>(ctx);
  const { accountId } = browser;
  const [code, today] = await Promise.all([voiceCode.state(accountId), purchases.today(accountId)]);
  const reader = readerOf(ctx);
  const view: VoiceCodeView = {
    page: 'voice-code',
    ...accountParts(ctx, browser, 'security'),
    notice: flash.read(browser, queryOf(ctx, 'notice')),
    code: code && { since: new Date(code.since), isLocked: code.isLocked },
    today: today && amountsOf(today, reader),
    limits: { ...fieldsOf(today), ...typedOf(ctx) },
    zone: knownZone(browser.profile.timeZone) ?? 'UTC',
    currencies: currenciesFor(reader),
    now: new Date(now()),
    ...told,
  };
  renderPage(ctx, view, status);
}

async function set(routes: VoiceCodeRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const { voice_code: code } = readForm(ctx, { voice_code: text });
  const outcome = await routes.voiceCode.set(browser, code, placeOf(ctx));
  if (outcome === 'not-four' || outcome === 'too-easy')
    return answerAt(ctx, PATH, { problem: { kind: 'fields', fields: { voice_code: outcome } } });
  if (outcome === 'set') ctx.state.audit('voice-code-set');
  back(routes, ctx, browser, outcome === 'set' ? 'security.notice.voice-set' : 'security.notice.meanwhile');
}

async function unlock(routes: VoiceCodeRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const unlocked = await routes.voiceCode.unlock(browser, placeOf(ctx));
  if (unlocked) ctx.state.audit('voice-code-unlocked');
  back(routes, ctx, browser, unlocked ? 'security.notice.voice-unlocked' : 'security.notice.meanwhile');
}

async function remove(routes: VoiceCodeRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const removed = await routes.voiceCode.remove(browser, placeOf(ctx));
  if (removed) ctx.state.audit('voice-code-removed');
  back(routes, ctx, browser, removed ? 'security.notice.voice-removed' : 'security.notice.meanwhile');
}

const LIMITS = { currency: textOf(3), day_limit: textOf(40), free_limit: textOf(40) };

async function setLimits(routes: VoiceCodeRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const typed = readForm(ctx, LIMITS);
  const { currency, day_limit: most, free_limit: free } = typed;
  const outcome = await routes.purchases.setLimits(browser, { currency, most, free }, placeOf(ctx));
  if (typeof outcome === 'object')
    return answerAt(ctx, PATH, { problem: { kind: 'fields', fields: outcome } }, typed);
  if (outcome === 'set') ctx.state.audit('voice-limits-changed');
  back(
    routes,
    ctx,
    browser,
    outcome === 'set' ? 'security.notice.voice-limits' : 'security.notice.meanwhile',
  );
}

function amountsOf({ currency, bought, most, bare, free }: BoughtToday, reader: Reader) {
  const decimals = decimalsOf(currency);
  const words = (amount: number) => reader.money(amount / 10 ** decimals, currency, decimals);
  return { bought: words(bought), most: words(most), bare: words(bare), free: words(free) };
}

/** Nothing without the code, until the owner says so. */
function fieldsOf(today: BoughtToday | undefined): VoiceCodeView['limits'] {
  if (!today) return { currency: '', day_limit: '', free_limit: '0' };
  const { currency, most, free } = today;
  return { currency, day_limit: typedAmount(most, currency), free_limit: typedAmount(free, currency) };
}

function currenciesFor(reader: Reader): VoiceCodeView['currencies'] {
  const named = CURRENCIES.map((code) => ({ code, name: reader.currency(code) }));
  return named.sort((one, other) => one.name.localeCompare(other.name, reader.language));
}

function back({ flash }: VoiceCodeRoutes, ctx: WebContext, browser: Session, notice: PlainKey): void {
  const words = readerOf(ctx).t(notice);
  seeOther(ctx, flash.linkWith(PATH, ctx.state.browser ?? browser, words));
}
