/** The one list of what may use an account: devices, browsers and apps. Order, search and pages over its rows. */
import type { AccountParts } from './account.ts';
import type { WaitingRow } from './linked-devices.ts';

export const ACCESS_FILTERS = ['all', 'devices', 'browsers', 'apps'] as const;
export type AccessFilter = (typeof ACCESS_FILTERS)[number];

const ACCESS_ORDERS = ['activity', 'name', 'linked'] as const;
export type AccessOrder = (typeof ACCESS_ORDERS)[number];

/** One device, browser or app, as its owner tells it from others. */
export interface AccessRow {
  readonly href: string;
  /** Of `views/static/icons.svg`. */
  readonly icon: string;
  /** As the owner, the device or the app calls it; `undefined`: it says nothing of itself. */
  readonly name: string | undefined;
  /** Of an app: its picture in BRAND_DIR. */
  readonly logoFile?: string | undefined;
  /** What it is, in a word of ours. */
  /** What it is, finer than its picture: the type of the device as it says itself, `browser`, or `app`. */
  readonly kind: string;
  /** The same in words, by which it is found. */
  readonly type: string;
  /** The member of the household who uses it. */
  readonly person: string | undefined;
  readonly since: Date;
  readonly lastActivity: Date;
  /** The browser in which the list is shown. */
  readonly isThis: boolean;
  readonly isNew: boolean;
  /** For so long that the owner may have forgotten it. */
  readonly isUnused: boolean;
  /** When the operator ended it: it may do nothing any more, and is not counted. */
  readonly endedAt?: Date | undefined;
  /** What it is found by beside name, type and person. */
  readonly words: readonly (string | undefined)[];
}

/** `/account`, and of one kind alone `/account/devices`, `/account/browsers`, `/account/apps`; query `q`, `sort`, `page`. */
export interface AccountView extends AccountParts {
  readonly page: 'account';
  readonly show: AccessFilter;
  readonly counts: Readonly<Record<AccessFilter, number>>;
  /** Devices that were approved and have not come yet: above the others, and counted nowhere. */
  readonly waiting: readonly WaitingRow[];
  readonly rows: readonly AccessRow[];
  /** How many were found, on all pages. */
  readonly found: number;
  readonly search: string;
  readonly order: AccessOrder;
  readonly pageNumber: number;
  readonly pages: number;
  readonly now: Date;
}

interface Page {
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

/** How many rows stand on the pages before this one. */
export const before = ({ page, pageSize }: Page): number => (page - 1) * pageSize;

/** A list without a row has one page, too. */
export function pageCount(found: number, pageSize: number): number {
  return Math.max(1, Math.ceil(found / pageSize));
}

/**
 * One page of devices and others by last activity, this browser first, from a window of the devices: those behind the
 * first `skip`, which is at most as many as the others that could stand among them lie before the page.
 */
export function mergedPage(
  devices: { readonly rows: readonly AccessRow[]; readonly skip: number },
  others: readonly AccessRow[],
  page: Page,
): AccessRow[] {
  const from = before(page) - devices.skip;
  return [...devices.rows, ...others].toSorted(COMPARE.activity).slice(from, from + page.pageSize);
}

/** The first device that a page of the merged list can need. */
export function windowStart(others: number, page: Page): number {
  return Math.max(0, before(page) - others);
}

/** All rows in which every word of the search is found, in order. */
export function foundRows(rows: readonly AccessRow[], search: string, order: AccessOrder): AccessRow[] {
  const words = fold(search).split(' ').filter(Boolean);
  const found = rows.filter(({ name, type, person, isUnused, endedAt, words: others }) => {
    const states = [isUnused ? 'not used' : '', endedAt ? 'ended by the operator' : ''];
    const text = fold([name, type, person, ...states, ...others].join(' '));
    return words.every((word) => text.includes(word));
  });
  return found.toSorted(COMPARE[order]);
}

export function parseAccessOrder(given: string | undefined): AccessOrder {
  return ACCESS_ORDERS.find((order) => order === given) ?? 'activity';
}

type Compare = (one: AccessRow, other: AccessRow) => number;

const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true });
const thisFirst: Compare = (one, other) => Number(other.isThis) - Number(one.isThis);

const COMPARE: Readonly<Record<AccessOrder, Compare>> = {
  activity: (one, other) =>
    thisFirst(one, other) || other.lastActivity.getTime() - one.lastActivity.getTime(),
  linked: (one, other) => thisFirst(one, other) || other.since.getTime() - one.since.getTime(),
  // What has no name comes last.
  name: (one, other) =>
    thisFirst(one, other) || collator.compare(one.name ?? '\uffff', other.name ?? '\uffff'),
};

/** Letters without their case and marks, so that "cafe" finds "Café". */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim();
}
