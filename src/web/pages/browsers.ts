import type { AccountParts } from './account.ts';
import type { ClaimedDevice } from './device.ts';
import type { PageParts } from './page.ts';

/** A signed-in browser, as its owner tells it from others. */
export interface BrowserRow {
  /** Below `/account/browsers/`. */
  readonly id: string;
  readonly icon: string;
  /** "Chrome on Android"; `undefined` where it said nothing of itself. */
  readonly program: string | undefined;
  readonly address: string;
  readonly signedInAt: Date;
  readonly lastSeen: Date;
  /** The one in which the page is shown. */
  readonly isThis: boolean;
}

/** `/account/browsers/<id>`; its form posts to `/account/browsers/<id>/end`, of this browser to `/sign-out`. */
export interface BrowserView extends AccountParts {
  readonly page: 'browser';
  readonly row: BrowserRow;
  readonly now: Date;
}

/** `/account/security/compromised`; field `keep`: `yes` lets this browser stay signed in. */
export interface CompromisedView extends AccountParts {
  readonly page: 'compromised';
}

/** `/signed-out-everything`: what has ended. Shown to the browser that asked for it, signed in or not. */
export interface SignedOutEverythingView extends PageParts {
  readonly page: 'signed-out-everything';
  readonly kept: boolean;
  /** Of many, the first. */
  readonly devices: readonly ClaimedDevice[];
  readonly deviceCount: number;
  readonly browsers: readonly Omit<BrowserRow, 'id'>[];
  readonly browserCount: number;
  readonly apps: number;
  readonly waiting: number;
  readonly trusted: number;
  readonly now: Date;
}
