/** The page of recent activity, from what the domain knows. */

import { appOf, formatPlace, formatSubject, severityOf, titleOf } from '../../alerts/event-labels.ts';
import { filterOf } from '../../alerts/recent-activity.ts';
import { canBeUndone, REMEDIES } from '../../alerts/remedies.ts';
import { DEVICE_TYPES } from '../../devices/claimed-device.ts';
import type { ActivityEntry } from '../../events/event-store.ts';
import type { Reader } from '../../words/reader.ts';
import type { ActivityDay, ActivityItem, FoldedItem } from './activity.ts';

const ICONS = { 'sign-ins': 'person', devices: 'devices', apps: 'other', security: 'latchkey' } as const;

/** What a form was refused for says by itself that something was tried. */
const REFUSED = /-refused$/;

/** @param dispute the address on which the owner says that they did not do this; `undefined`: it is taken back */
export function activityItem(
  entry: ActivityEntry,
  dispute: (entry: ActivityEntry) => string | undefined,
  reader: Reader,
): ActivityItem {
  const { event } = entry;
  return {
    title: titleOf(reader, event.kind, formatSubject(reader, entry)),
    at: new Date(entry.at),
    icon: pictureOf(entry),
    worrying: severityOf(event.kind) === 'critical' || event.by === 'stranger' || REFUSED.test(event.kind),
    from: event.place && formatPlace(reader, event.place),
    app: appOf(reader, entry),
    by: event.by,
    dispute: canBeUndone(event) ? dispute(entry) : undefined,
  };
}

/** Each kind of device has its own. */
function pictureOf({ event, device }: ActivityEntry): string {
  const filter = filterOf(event.kind);
  const type = filter === 'devices' ? DEVICE_TYPES.find((one) => one === device?.['type']) : undefined;
  return type ?? ICONS[filter];
}

/**
 * By days of the reader's calendar, newest first. What happened several times in a row is one item with all its times. What can be taken
 * back by itself alone is not folded, since each has a button of its own; sign-ins from one place are, with a button beside each time.
 * @param entries newest first
 */
export function activityDays(
  entries: readonly ActivityEntry[],
  dispute: (entry: ActivityEntry) => string | undefined,
  reader: Reader,
): ActivityDay[] {
  const dayOf = (at: number) => reader.date(new Date(at));
  const days: { at: Date; items: FoldedItem[] }[] = [];
  let before: ActivityEntry | undefined;
  for (const entry of entries) {
    const { at, from, ...item } = activityItem(entry, dispute, reader);
    const isSameDay = before !== undefined && dayOf(before.at) === dayOf(entry.at);
    if (!isSameDay) days.push({ at, items: [] });
    const items = days.at(-1)?.items ?? [];
    const last = items.at(-1);
    if (last && before && isSameDay && isAgain(before, entry, reader)) {
      const times = [...last.times, { at, from, dispute: item.dispute }];
      const title = foldedTitle(entry, times.length, reader);
      items[items.length - 1] = {
        ...last,
        title,
        times,
        dispute: isOwnRemedy(entry) ? undefined : last.dispute,
      };
    } else {
      items.push({ ...item, at, times: [{ at, from, dispute: item.dispute }] });
    }
    before = entry;
  }
  return days;
}

function isAgain(one: ActivityEntry, other: ActivityEntry, reader: Reader): boolean {
  if (one.event.kind !== other.event.kind || one.event.by !== other.event.by) return false;
  if (isOwnRemedy(other)) return other.event.kind === 'signed-in' && isSamePlace(one, other);
  return (
    one.event.subject?.id === other.event.subject?.id &&
    formatSubject(reader, one) === formatSubject(reader, other)
  );
}

/** Taken back by itself alone, and not with everything else of the account. */
function isOwnRemedy({ event }: ActivityEntry): boolean {
  const remedy = REMEDIES[event.kind];
  return remedy !== 'nothing' && remedy !== 'everything';
}

function isSamePlace(
  { event: { place: one } }: ActivityEntry,
  { event: { place: other } }: ActivityEntry,
): boolean {
  return one !== undefined && one.address === other?.address && one.userAgent === other.userAgent;
}

/** Of wrong passwords, those of ten minutes are one entry. */
function foldedTitle(entry: ActivityEntry, n: number, reader: Reader): string {
  if (entry.event.kind === 'sign-in-refused') return reader.t('events.wrong-passwords', { n });
  const title = titleOf(reader, entry.event.kind, formatSubject(reader, entry));
  return reader.t('events.times', { title, n });
}
