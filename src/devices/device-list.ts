/** Finding one device among many: search, order and pages, over what one read of the store has brought. */
import { type LinkedDevice, nameOf } from './linked-device.ts';

const DEVICE_ORDERS = ['activity', 'name', 'linked'] as const;
export type DeviceOrder = (typeof DEVICE_ORDERS)[number];

/** What is none of them is the first. */
export function parseDeviceOrder(given: string | undefined): DeviceOrder {
  return DEVICE_ORDERS.find((order) => order === given) ?? 'activity';
}

export interface DeviceQuery {
  /** Words that must all be found in what the row says. */
  readonly search: string;
  readonly order: DeviceOrder;
  /** From 1; beyond the last one the last is meant. */
  readonly page: number;
  readonly pageSize: number;
}

export interface DevicePage<Device> {
  readonly rows: readonly Device[];
  /** How many devices were found, on all pages. */
  readonly found: number;
  readonly page: number;
  readonly pages: number;
}

/** @param wordsOf what else a row says that is searched in: its app, its type in words, whose it is */
export function pageOfDevices<Device extends LinkedDevice>(
  devices: readonly Device[],
  { search, order, page: wanted, pageSize }: DeviceQuery,
  wordsOf: (device: Device) => readonly (string | undefined)[],
): DevicePage<Device> {
  const words = fold(search).split(' ').filter(Boolean);
  const found = devices.filter((device) => {
    if (words.length === 0) return true;
    const { ownName, claimed } = device;
    const text = fold([ownName, claimed.name, claimed.model, ...wordsOf(device)].join(' '));
    return words.every((word) => text.includes(word));
  });
  const pages = pageCount(found.length, pageSize);
  const page = Math.min(Math.max(1, wanted), pages);
  const sorted = found.toSorted(COMPARE[order]);
  return {
    rows: sorted.slice((page - 1) * pageSize, page * pageSize),
    found: found.length,
    page,
    pages,
  };
}

/** A list without a row has one page, too. */
export function pageCount(found: number, pageSize: number): number {
  return Math.max(1, Math.ceil(found / pageSize));
}

type Compare = (one: LinkedDevice, other: LinkedDevice) => number;

const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

const COMPARE: Readonly<Record<DeviceOrder, Compare>> = {
  activity: (one, other) => other.lastActivity - one.lastActivity || other.linkedAt - one.linkedAt,
  linked: (one, other) => other.linkedAt - one.linkedAt,
  // Devices without a name come last.
  name: (one, other) => collator.compare(nameOf(one) ?? '\uffff', nameOf(other) ?? '\uffff'),
};

/** Letters without their case and marks, so that "cafe" finds "Café". */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim();
}
