/** The page of recent activity, from what the domain knows. */

import { gravityOf, placeInWords, subjectInWords, titleOf } from '../../alerts/event-labels.ts';
import { filterOf } from '../../alerts/recent-activity.ts';
import { canBeUndone } from '../../alerts/remedies.ts';
import type { EventActor } from '../../events/event.ts';
import type { ActivityEntry } from '../../events/event-store.ts';
import type { ActivityItem } from './activity.ts';

const ICONS = { 'sign-ins': 'person', devices: 'tv', apps: 'other', security: 'latchkey' } as const;

const ACTORS: Readonly<Partial<Record<EventActor, string>>> = {
  device: 'The device itself',
  app: 'The app itself',
  operator: 'The people who run this server',
  stranger: 'Somebody who is not signed in',
  server: 'This server, to keep your account safe',
};

/** @param notMe the address on which the owner says that they did not do this */
export function activityItem(entry: ActivityEntry, notMe: (entry: ActivityEntry) => string): ActivityItem {
  const { event, device } = entry;
  return {
    title: titleOf(event.kind, subjectInWords(entry)),
    at: new Date(entry.at),
    icon: ICONS[filterOf(event.kind)],
    worrying: gravityOf(event.kind) === 'grave' || event.by === 'stranger',
    from: event.place && placeInWords(event.place),
    app: typeof device?.['app'] === 'string' ? device['app'] : undefined,
    by: ACTORS[event.by],
    notMe: canBeUndone(event) ? notMe(entry) : undefined,
  };
}
