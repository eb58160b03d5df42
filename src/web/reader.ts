import { knownZone, type Reader, readerFor } from '../words/reader.ts';
import { readLanguage, readTimeZone } from './middleware/cookies.ts';
import type { WebContext } from './web-state.ts';

/** Who reads the answer to this request, as far as their account, their browser, and the app that sent them say. */
export function readerOf(ctx: WebContext): Reader {
  const { browser, views, wishes } = ctx.state;
  const language = views.languages.choose({
    account: browser?.profile.language,
    chosen: readLanguage(ctx),
    app: wishes,
    browser: ctx.get('Accept-Language'),
  });
  return readerFor(language, knownZone(browser?.profile.timeZone ?? readTimeZone(ctx)));
}
