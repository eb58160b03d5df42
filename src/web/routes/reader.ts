/** `/language` and `/account/settings/time-zone`: how the reader of our pages and mails reads. */
import { Router } from '@koa/router';
import type { ReaderChoice } from '../../account-changes/reader-choice.ts';
import type { Session } from '../../accounts/session.ts';
import { languageName } from '../../words/languages.ts';
import { isTimeZone, TIME_ZONES } from '../../words/reader.ts';
import { typedOf } from '../form-answers.ts';
import { readTimeZone, setLanguage } from '../middleware/cookies.ts';
import { showError } from '../middleware/errors.ts';
import { readForm, text } from '../middleware/form.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther, signedInAs } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { ownPath } from './return-to.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { queryOf } from './visit.ts';

interface ReaderRoutes {
  readonly issuer: string;
  readonly readerChoice: ReaderChoice;
}

const SETTINGS = '/account/settings';
const TIME_ZONE = `${SETTINGS}/time-zone`;

export function readerRoutes(routes: ReaderRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  router.get('/language', bound(showLanguages));
  router.post('/language', bound(chooseLanguage));
  router.get(TIME_ZONE, signedIn(showTimeZones));
  router.post(TIME_ZONE, signedIn(bound(chooseTimeZone)));
  return router;
}

function showLanguages({ issuer }: ReaderRoutes, ctx: WebContext): void {
  const { language } = readerOf(ctx);
  renderPage(ctx, {
    page: 'language',
    csrf: ctx.state.csrf,
    signedInAs: signedInAs(ctx),
    languages: ctx.state.views.languages.served.map((tag) => ({
      tag,
      name: languageName(tag),
      isChosen: tag === language,
    })),
    returnTo: ownPath(queryOf(ctx, 'return_to'), issuer, '/'),
  });
}

/** In this browser, and of an owner who is signed in in all of them, and in mails. */
async function chooseLanguage(routes: ReaderRoutes, ctx: WebContext): Promise<void> {
  const { language, return_to } = readForm(ctx, { language: text, return_to: text });
  const tag = ctx.state.views.languages.find(language);
  if (tag === undefined) return showError(ctx, 'bad-request');
  const { browser } = ctx.state;
  if (browser) await routes.readerChoice.change(browser, { language: tag });
  setLanguage(ctx, tag);
  seeOther(ctx, ownPath(return_to, routes.issuer, '/'));
}

function showTimeZones(ctx: WebContext, browser: Session): void {
  const ofBrowser = readTimeZone(ctx);
  renderPage(ctx, {
    page: 'time-zone',
    ...accountParts(ctx, browser, 'settings'),
    zones: TIME_ZONES,
    chosen: typedOf(ctx)['time_zone'] ?? browser.profile.timeZone,
    ofBrowser: ofBrowser !== undefined && isTimeZone(ofBrowser) ? ofBrowser : undefined,
    now: new Date(),
  });
}

async function chooseTimeZone(
  { readerChoice }: ReaderRoutes,
  ctx: WebContext,
  browser: Session,
): Promise<void> {
  const { time_zone: name } = readForm(ctx, { time_zone: text });
  if (name !== '' && !isTimeZone(name)) return showError(ctx, 'bad-request');
  await readerChoice.change(browser, { timeZone: name === '' ? null : name });
  seeOther(ctx, SETTINGS);
}
