import type { ActivityFilter } from '../../alerts/recent-activity.ts';
import type { DisputeEffect, Remedy } from '../../alerts/remedies.ts';
import type { EventActor } from '../../events/event.ts';
import type { AccountParts } from './account.ts';
import type { PageParts } from './page.ts';

/** One thing that happened, in the owner's words. */
export interface ActivityItem {
  readonly title: string;
  readonly at: Date;
  /** Of `views/static/icons.svg`. */
  readonly icon: string;
  /** Something that an owner who did not expect it should look into. */
  readonly worrying: boolean;
  /** The program and the address it came from. */
  readonly from?: string | undefined;
  /** The app of the device, where it is about one. */
  readonly app?: string | undefined;
  /** Who did it, as far as it is known. */
  readonly by?: EventActor | undefined;
  /** Where the owner says that it was not them; only where something can be taken back. */
  readonly dispute?: string | undefined;
}

/** One of the times; with `dispute`, it can be taken back by itself. */
interface FoldedTime extends Pick<ActivityItem, 'at' | 'from' | 'dispute'> {}

/** What happened once, or several times in a row. */
export interface FoldedItem extends Omit<ActivityItem, 'from'> {
  /** Newest first; `at` of the item is the first of them. */
  readonly times: readonly FoldedTime[];
}

/** What happened on one day, in UTC. */
export interface ActivityDay {
  /** A time of that day. */
  readonly at: Date;
  readonly items: readonly FoldedItem[];
}

/** `/account/activity`; query `show` and `before`. */
export interface ActivityView extends AccountParts {
  readonly page: 'activity';
  readonly days: readonly ActivityDay[];
  /** The time at which the page is shown, for "Today". */
  readonly now: Date;
  readonly show: ActivityFilter | undefined;
  /** The address of the page with older entries, and of the newest one, where they are others than this. */
  readonly older?: string | undefined;
  readonly newest?: string | undefined;
}

/**
 * `/not-me/<ticket>`; its form has no field of its own. `ask`: what will be taken back; `done`: what was; `gone`: the
 * ticket is too old, used, or none of ours.
 */
export interface DisputeView extends PageParts {
  readonly page: 'not-me';
  readonly state: 'ask' | 'done' | 'gone';
  /** `undefined`: what happened is no longer kept. */
  readonly item?: ActivityItem | undefined;
  readonly remedy?: Remedy;
  /** `over`: what it would end by itself has ended already. But for `back` and `over` everything is signed out, this browser, too. */
  readonly effect?: DisputeEffect | 'over';
  readonly ticket?: string;
}
