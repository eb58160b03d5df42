import type { EventKind } from '../events/event.ts';
import type { ActivityEntry, ActivityStore } from '../events/event-store.ts';

/** What an owner may want to see alone. */
export const ACTIVITY_FILTERS = ['sign-ins', 'devices', 'apps', 'security'] as const;
export type ActivityFilter = (typeof ACTIVITY_FILTERS)[number];

interface ActivityPage {
  readonly entries: readonly ActivityEntry[];
  /** Names the page of older entries; `undefined`: there are none. */
  readonly olderThan: string | undefined;
}

const PER_PAGE = 25;
/** Entries read at once while a filter looks for those that fit. */
const READ_AT_ONCE = 200;

/** The owner's own log, a page at a time. It cannot be changed from here. */
export class RecentActivity {
  readonly #activity: ActivityStore;

  constructor(activity: ActivityStore) {
    this.#activity = activity;
  }

  /** Newest first. @param before as `olderThan` of the page before */
  async page(accountId: string, filter?: ActivityFilter, before?: string): Promise<ActivityPage> {
    const fitting: ActivityEntry[] = [];
    let from = before;
    for (;;) {
      const read = await this.#activity.list(accountId, {
        ...(from === undefined ? {} : { before: from }),
        most: READ_AT_ONCE,
      });
      fitting.push(...read.filter(({ event }) => filter === undefined || filterOf(event.kind) === filter));
      from = read.at(-1)?.id;
      if (fitting.length > PER_PAGE || read.length < READ_AT_ONCE) break;
    }
    const entries = fitting.slice(0, PER_PAGE);
    return { entries, olderThan: fitting.length > PER_PAGE ? entries.at(-1)?.id : undefined };
  }
}

/** By the first word of the kind: every event is of one of the four. */
export function filterOf(kind: EventKind): ActivityFilter {
  if (/^(signed-(in|out)|sign-in|browser|second-step|backup-code-used|passkey-copied)/.test(kind)) {
    return kind === 'signed-out-everything' ? 'security' : 'sign-ins';
  }
  if (/^(device|household|code)-/.test(kind)) return 'devices';
  return kind.startsWith('app-') ? 'apps' : 'security';
}
