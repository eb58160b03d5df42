import type { AccountSection } from './account-sections.ts';
import type { PageParts, SignedInAs } from './page.ts';

/** What every page below `/account` carries. */
export interface AccountParts extends PageParts {
  readonly signedInAs: SignedInAs;
  /** Which entry of the navigation the page belongs to; none: the first page. */
  readonly section: AccountSection | undefined;
  /** Its owner has to set up a second step first, and no other page opens. */
  readonly held?: boolean | undefined;
}

/** `/account/settings`: the way to what is changed seldom. */
export interface SettingsView extends AccountParts {
  readonly page: 'settings';
}
