import type { ReaderChoice } from '../../account-changes/reader-choice.ts';
import { describeError } from '../../errors/error-description.ts';
import { readerOf } from '../reader.ts';
import type { WebMiddleware } from '../web-state.ts';

/**
 * At a sign-in, by whatever way: the language and the time zone of the browser become those of an account that has none,
 * so that mails are written in them. The operator's own language is not kept: it is spoken anyway.
 */
export function rememberReader(readerChoice: ReaderChoice): WebMiddleware {
  return async function rememberAtSignIn(ctx, next) {
    const before = ctx.state.browser;
    // As a visitor: the account has the last word afterwards.
    const { language, zone } = readerOf(ctx);
    await next();
    const { browser } = ctx.state;
    if (before || !browser) return;
    const { profile } = browser;
    const isNew = profile.language === undefined && language !== ctx.state.views.languages.fallback;
    const choices = {
      ...(isNew && { language }),
      ...(profile.timeZone === undefined && zone !== undefined && { timeZone: zone }),
    };
    if (Object.keys(choices).length === 0) return;
    try {
      await readerChoice.change(browser, choices);
    } catch (error) {
      // The sign-in is done, and says so: the next one tries again.
      ctx.state.log.warn({ error: describeError(error) }, 'a reader’s language was not kept');
    }
  };
}
