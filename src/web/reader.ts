import { isTimeZone, type Reader, readerFor } from '../words/reader.ts';
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
  const zone = browser?.profile.timeZone ?? readTimeZone(ctx);
  // Of UTC the page says that it is, as where no zone is known.
  const isKnown = zone !== undefined && zone !== 'UTC' && isTimeZone(zone);
  return readerFor(language, isKnown ? zone : undefined);
}
