import type { AccountParts } from './account.ts';
import type { PageParts } from './page.ts';

/** `/language`: every language that is served, under its own name; fields `language`, `return_to`. */
export interface LanguageView extends PageParts {
  readonly page: 'language';
  readonly languages: readonly LanguageChoice[];
  /** A path of this server, where the reader came from. */
  readonly returnTo: string;
}

interface LanguageChoice {
  readonly tag: string;
  /** As those who speak it call it. */
  readonly name: string;
  readonly isChosen: boolean;
}

/** `/account/settings/time-zone`; field `time_zone`, empty: that of the browser. */
export interface TimeZoneView extends AccountParts {
  readonly page: 'time-zone';
  readonly zones: readonly string[];
  /** `undefined`: that of the browser. */
  readonly chosen: string | undefined;
  /** As this browser has told it. */
  readonly ofBrowser: string | undefined;
  readonly now: Date;
}
