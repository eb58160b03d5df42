/** The page of recent activity, from what the domain knows. */

import { formatPlace, formatSubject, severityOf, titleOf } from '../../alerts/event-labels.ts';
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

/** @param dispute the address on which the owner says that they did not do this */
export function activityItem(entry: ActivityEntry, dispute: (entry: ActivityEntry) => string): ActivityItem {
  const { event, device } = entry;
  return {
    title: titleOf(event.kind, formatSubject(entry)),
    at: new Date(entry.at),
    icon: ICONS[filterOf(event.kind)],
    worrying: severityOf(event.kind) === 'critical' || event.by === 'stranger',
    from: event.place && formatPlace(event.place),
    app: typeof device?.['app'] === 'string' ? device['app'] : undefined,
    by: ACTORS[event.by],
    dispute: canBeUndone(event) ? dispute(entry) : undefined,
  };
}
