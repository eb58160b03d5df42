import type { Session } from '../accounts/session.ts';
import type { ClientPlace } from '../net/requester.ts';
import type { Worded } from '../words/worded.ts';
import type { AppLink } from './app-link.ts';
import type { ScopeWords } from './asked-resource.ts';
import type { ClaimedDevice } from './claimed-device.ts';
import type { LinkCheck } from './link-risk.ts';
import type { Owner } from './linked-device.ts';
import type { NumberMatch } from './number-match.ts';

/** What a page needs to show a pending code to its owner, and to act on the decision. */
export interface DeviceLinking {
  /** `undefined` for every kind of wrong: unknown, used, denied, expired. The code in its normal form. */
  find(userCode: string): Promise<PendingLink | undefined>;
  /**
   * Gives the device a grant of its own, for this account, under the epoch of this browser.
   * `'sign-in-again'`: the device asked for a proof that is fresher than this browser's.
   * `'gone'`: the code had moved on or expired; `'signed-out'`: the owner has signed out of everything since.
   * `'full'`: the account has as many devices as it may; the code stays as it was, for its owner to make room.
   * @param id of the device that comes of it: see `WaitingLink`
   */
  approve(userCode: string, browser: Session, id?: string): Promise<LinkOutcome>;
  /** @param owner who says so */
  deny(userCode: string, owner?: Pick<Owner, 'accountId'>): Promise<'denied' | 'gone'>;
  /** What this owner decided on a code that they were shown; `undefined`: it was not this owner, or it is undecided. */
  decisionOf(userCode: string, owner: Pick<Owner, 'accountId'>): Promise<OwnDecision | undefined>;
}

/** `id` of the device that comes, or has come, of it: see `WaitingLink`. */
export type OwnDecision =
  | { readonly decision: 'denied' }
  | { readonly decision: 'approved'; readonly id: string };

export type LinkOutcome = 'approved' | 'sign-in-again' | 'gone' | 'signed-out' | 'full';

/** A device that asks to be linked, as its owner is shown it, whichever way it asks. */
export interface AskedLink {
  app: LinkingApp;
  device: ClaimedDevice;
  request: LinkRequest;
  /** And the APIs at which it wants to act: see `resourceEntry`. */
  scopes: readonly string[];
  words: ScopeWords;
  /** After how many days the device's key ends by itself, whatever it does. */
  longestDays: number;
}

/** One that shows a code (RFC 8628). */
export interface PendingLink extends AskedLink {
  /** In its normal form, without a dash. */
  userCode: string;
  /** milliseconds until the code expires */
  left: number;
  /** The owner must have proved who they are since then, in seconds since 1970 (`max_age`). */
  provedSince: number;
  /** The number that the device shows, where its app has it picked out of three. */
  numberMatch: NumberMatch | undefined;
}

/** Whether there is a code that its owner can read off the device. */
export function showsCode(link: AskedLink): link is PendingLink {
  return 'userCode' in link;
}

/** The app of the device, and what it asks of an owner who links one. */
interface LinkingApp {
  id: string;
  name: Worded;
  links: readonly AppLink[];
  requiredCheck: LinkCheck;
}

/** Where and when a device asked for its code, or pushed its request. */
interface LinkRequest extends ClientPlace {
  /** A web page asked, which may be any website that the owner has open. */
  isFromWebsite: boolean;
  userAgent: string;
  /** milliseconds since 1970 */
  at: number;
}
