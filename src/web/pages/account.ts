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

/** One thing of an account in a list of them: how it stands, and the one action about it. */
export interface AccountRow {
  /** Of `views/static/icons.svg`. */
  readonly icon: string;
  readonly label: string;
  readonly state: string;
  /** Whether what the state says was typed by a person, and so is set apart. */
  readonly isTyped?: boolean;
  /** A verb, such as "Change". */
  readonly action: string;
  readonly href: string;
}

/** `/account/settings`: what is changed seldom, and the way to each. */
export interface SettingsView extends AccountParts {
  readonly page: 'settings';
  readonly rows: readonly AccountRow[];
}
