import type { AccountParts } from './account.ts';
import type { ShownLink } from './app-links.ts';
import type { PageParts } from './page.ts';

/** One thing that an app asks to be allowed, or may do. */
export interface AppAbility {
  /** The scope; names the field of the form. */
  readonly scope: string;
  readonly words: string;
  /** The form suggests it. */
  readonly ticked: boolean;
  /** Cannot be refused: without it there is no sign-in. */
  readonly fixed: boolean;
}

/**
 * `/interaction/<uid>` where an app asks for consent; fields `decision` (`allow` or `deny`) and `allow:<scope>` for
 * each scope that is allowed.
 */
export interface AppConsentView extends PageParts {
  readonly page: 'app-consent';
  readonly signedInAs: NonNullable<PageParts['signedInAs']>;
  /** Where the form goes. */
  readonly action: string;
  readonly appName: string;
  /** Its picture in BRAND_DIR. */
  readonly logoFile?: string | undefined;
  readonly links: readonly ShownLink[];
  /** It registered itself: no operator has looked at it. */
  readonly unverified: boolean;
  /** The site to which the owner is sent back; `undefined`: a program on their own machine. */
  readonly site: string | undefined;
  readonly abilities: readonly AppAbility[];
  /** For how long at most it goes on once the browser is signed out; `undefined`: no longer than that. */
  readonly longestDays: number | undefined;
}

/**
 * On the way back to an app. The browser goes on by itself, without a form: what it was sent to by a form may not
 * leave this site (Content-Security-Policy `form-action`).
 */
export interface AppContinueView extends PageParts {
  readonly page: 'app-continue';
  readonly appName: string;
  /** A path of ours. */
  readonly goOn: string;
}

/** `/sign-out/app`: an app has signed the owner out, who decides about this browser; field `decision` (`sign-out`, `stay`). */
export interface AppSignOutView extends PageParts {
  readonly page: 'app-sign-out';
  readonly signedInAs: NonNullable<PageParts['signedInAs']>;
  /** `undefined`: the request does not say. */
  readonly appName: string | undefined;
  /** The app's request, which goes with the answer. */
  readonly fields: Readonly<Record<string, string>>;
}

/** On the way back to an app that has asked to sign its user out; by itself, as `AppContinueView`, but for `unseen`. */
export interface AppSignedOutView extends PageParts {
  readonly page: 'app-signed-out';
  readonly appName: string;
  /** A registered address of the app. */
  readonly goOn: string;
  /** The app registered itself: the browser goes to its site where its owner wants so; `undefined`: by itself. */
  readonly unseen?: { readonly site: string | undefined } | undefined;
}

/** Where an app hears its answer by a form: sent by a script of ours, or by its button. */
export interface AppFormPostView extends PageParts {
  readonly page: 'app-form-post';
  readonly appName: string;
  /** A registered address of the app. */
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface ShownApp {
  readonly id: string;
  readonly name: string;
  readonly logoFile?: string | undefined;
  readonly links: readonly ShownLink[];
  readonly abilities: readonly AppAbility[];
  readonly since: Date;
  readonly used: Date;
  /** When the operator ended what it has: it may do nothing any more. */
  readonly endedAt?: Date | undefined;
}

/** `/account/apps/<id>`: what one may do, in a form that takes some of it back; fields `keep:<scope>`. */
export interface AppView extends AccountParts {
  readonly page: 'app';
  readonly app: ShownApp;
  readonly now: Date;
}

/** `/account/apps/<id>/remove`: what will happen; a POST there does it. */
export interface AppRemoveView extends AccountParts {
  readonly page: 'app-remove';
  readonly app: ShownApp;
}
