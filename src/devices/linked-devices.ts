import type { ActivityEvent, EventKind, EventPlace } from '../events/event.ts';
import { cleanClaim } from './claimed-device.ts';
import { type FormerRow, formerRowOf } from './former-row.ts';
import { formatGrantId } from './grant-id.ts';
import type { GrantStore } from './grant-store.ts';
import {
  type DevicesInWindow,
  type DeviceWindow,
  type LinkedDevice,
  type LinkedDeviceStore,
  nameOf,
  type Owner,
} from './linked-device.ts';

/** What an owner does with the devices that are linked already. */
export class LinkedDevices {
  readonly #devices: LinkedDeviceStore;
  readonly #grants: GrantStore;

  constructor(devices: LinkedDeviceStore, grants: GrantStore) {
    this.#devices = devices;
    this.#grants = grants;
  }

  list(owner: Owner): Promise<LinkedDevice[]> {
    return this.#devices.list(owner);
  }

  /** Some of them, and how many there are in all. */
  window(owner: Owner, query: DeviceWindow): Promise<DevicesInWindow> {
    return this.#devices.window(owner, query);
  }

  find(owner: Owner, id: string): Promise<LinkedDevice | undefined> {
    return this.#devices.find(owner, id);
  }

  /** What it may do: scopes, and the APIs that it acts at. */
  async scopesOf(owner: Owner, { id }: Pick<LinkedDevice, 'id'>): Promise<readonly string[]> {
    return (await this.#devices.scopesOf(owner, [id])).get(id) ?? [];
  }

  /** The older row of a device that was linked just now, where there seems to be one. */
  async formerRow(owner: Owner, id: string): Promise<FormerRow | undefined> {
    const all = await this.#devices.list(owner);
    const device = all.find((one) => one.id === id);
    return device && formerRowOf(device, all);
  }

  /** The name is cleaned as what a device says of itself; an empty one, or the device's own, gives that back. */
  async rename(owner: Owner, device: LinkedDevice, typed: string, place: EventPlace): Promise<boolean> {
    const typedName = cleanClaim(typed);
    const name = typedName === device.claimed.name ? undefined : typedName;
    if (name === device.ownName) return true;
    const event = deviceEvent('device-renamed', device, place, { to: name ?? device.claimed.name ?? '' });
    return this.#devices.rename(owner, device.id, name, event);
  }

  /** @param memberId of the household profile; `undefined`: the device belongs to no member in particular */
  async assign(
    owner: Owner,
    device: LinkedDevice,
    member: { id: string; name: string } | undefined,
    place: EventPlace,
  ): Promise<boolean> {
    const event = deviceEvent('device-assigned', device, place, { to: member?.name ?? '' });
    return this.#devices.assign(owner, device.id, member?.id, event);
  }

  /**
   * Takes the device's key back. Once this has returned nothing that was issued to the device is good any more.
   * @returns `false` when there was nothing to end
   */
  async deregister(owner: Owner, device: LinkedDevice, place: EventPlace): Promise<boolean> {
    const grantId = formatGrantId({ ...owner, name: device.id });
    return this.#grants.end(grantId, deviceEvent('device-deregistered', device, place));
  }
}

/** What an owner does to a device, under the name by which they know it. */
export function deviceEvent(
  kind: EventKind,
  device: Pick<LinkedDevice, 'id' | 'ownName' | 'claimed'>,
  place: EventPlace,
  details?: ActivityEvent['details'],
): ActivityEvent {
  const name = nameOf(device);
  const subject = { type: 'device', id: device.id, ...(name === undefined ? {} : { name }) } as const;
  return { kind, by: 'owner', place, subject, ...(details && { details }) };
}
