/** `/account/activity` and `/not-me`. */

import type { ActivityDay, ActivityItem, FoldedItem } from '../../../src/web/pages/activity.ts';
import { ASKED, HOSTILE, hostileInside, inside, NOW, out, type Sample } from './parts.ts';

const linked: ActivityItem = {
  title: '“Living room TV” was linked to your account',
  at: ASKED,
  icon: 'tv',
  worrying: false,
  from: '192.0.2.17',
  app: 'Telly',
  dispute: '/not-me/x',
};
/** As if it had happened once. */
const once = ({ from, ...item }: ActivityItem): FoldedItem => ({ ...item, times: [{ at: item.at, from }] });
const refused: FoldedItem = {
  title: 'Wrong passwords, 3 times or more',
  at: ASKED,
  icon: 'person',
  worrying: true,
  by: 'stranger',
  times: [0, 1, 2].map((n) => ({
    at: new Date(ASKED.getTime() - n * 900_000),
    from: 'Firefox on Windows, 203.0.113.9',
  })),
};
const items: readonly ActivityItem[] = [
  linked,
  {
    title: 'The password was right, but the second step was wrong',
    at: new Date('2026-03-05T11:02:00Z'),
    icon: 'person',
    worrying: true,
    from: 'Firefox on Windows, 203.0.113.9',
    by: 'stranger',
    dispute: '/not-me/x',
  },
  {
    title: 'Signed in with a browser',
    at: new Date('2026-03-04T20:15:00Z'),
    icon: 'person',
    worrying: false,
    from: 'Safari on iOS, 2001:db8:17::1',
    dispute: '/not-me/x',
  },
  {
    title: '“Kitchen speaker” was signed out, since somebody may have copied its sign-in',
    at: new Date('2026-02-11T08:00:00Z'),
    icon: 'tv',
    worrying: true,
    app: 'Boombox',
    by: 'server',
  },
];
const hostile: ActivityItem = { ...linked, title: HOSTILE, from: HOSTILE, app: HOSTILE, by: 'owner' };
const days: readonly ActivityDay[] = [
  { at: ASKED, items: [refused, ...items.slice(0, 2).map(once)] },
  ...items.slice(2).map((item) => ({ at: item.at, items: [once(item)] })),
];
const dayOf = (...given: ActivityItem[]): ActivityDay[] => [{ at: ASKED, items: given.map(once) }];
const activity = { page: 'activity', section: 'activity', now: NOW, show: undefined } as const;

export const activitySamples: readonly Sample[] = [
  {
    name: 'activity',
    view: { ...activity, ...inside, days, older: '/account/activity?before=1-1' },
  },
  {
    name: 'activity-older',
    view: { ...activity, ...inside, days: dayOf(linked), show: 'devices', newest: '/account/activity' },
  },
  { name: 'activity-none', view: { ...activity, ...inside, days: [] } },
  { name: 'activity-hostile', view: { ...activity, ...hostileInside, days: dayOf(hostile, hostile) } },
  { name: 'data', view: { page: 'data', section: 'settings', ...inside, closesAt: undefined } },
  {
    name: 'data-closing',
    view: { page: 'data', section: 'settings', ...inside, closesAt: new Date('2026-03-12T14:07:00Z') },
  },
  { name: 'close-account', view: { page: 'close-account', section: 'settings', ...inside } },
  {
    name: 'notifications',
    view: {
      page: 'notifications',
      section: 'settings',
      ...inside,
      email: 'ada@example.com',
      switches: [
        { group: 'sign-ins', wanted: 'all' },
        { group: 'devices', wanted: 'some' },
        { group: 'codes', wanted: 'none' },
        { group: 'account', wanted: 'all' },
      ],
      always: ['Your password was changed', 'Signed out of everything'],
    },
  },
  {
    name: 'notifications-each',
    view: {
      page: 'each-notification',
      section: 'settings',
      ...inside,
      choices: [
        { kind: 'signed-in', title: 'Signed in with a browser', wanted: true },
        { kind: 'device-linked', title: 'A device was linked to your account', wanted: true },
        { kind: 'device-deregistered', title: 'A device was removed from your account', wanted: false },
      ],
    },
  },
  {
    name: 'not-me-device',
    view: {
      page: 'not-me',
      ...out,
      state: 'ask',
      item: linked,
      remedy: 'device',
      effect: 'back',
      ticket: 'x',
    },
  },
  {
    name: 'not-me-over',
    view: {
      page: 'not-me',
      ...out,
      state: 'ask',
      item: linked,
      remedy: 'device',
      effect: 'over',
      ticket: 'x',
    },
  },
  {
    name: 'not-me-everything',
    view: {
      page: 'not-me',
      ...out,
      state: 'ask',
      item: hostile,
      remedy: 'everything',
      effect: 'everything',
      ticket: 'x',
    },
  },
  {
    name: 'not-me-flooded',
    view: {
      page: 'not-me',
      ...out,
      state: 'ask',
      remedy: 'everything',
      effect: 'everything',
      ticket: 'x',
    },
  },
  {
    name: 'not-me-done',
    view: {
      page: 'not-me',
      ...out,
      state: 'done',
      item: linked,
      remedy: 'device',
      effect: 'back',
      ticket: '',
    },
  },
  {
    name: 'not-me-password-done',
    view: {
      page: 'not-me',
      ...out,
      state: 'done',
      item: hostile,
      remedy: 'password',
      effect: 'both',
      ticket: '',
    },
  },
  {
    name: 'not-me-nothing',
    view: {
      page: 'not-me',
      ...out,
      state: 'ask',
      item: linked,
      remedy: 'nothing',
      effect: 'back',
      ticket: 'x',
    },
  },
  { name: 'not-me-gone', view: { page: 'not-me', ...out, state: 'gone' } },
];
