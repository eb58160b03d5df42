import type { Account } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import type { LinkedDevice, LinkedDeviceStore } from '../devices/linked-device.ts';
import { type DeviceIndex, deviceRow, parseDeviceRow } from './device-index.ts';
import { type Listed, listed } from './listing.ts';
import type { IndexRow } from './row-index.ts';

interface ClientDeviceParts {
  readonly accounts: Pick<AccountStore, 'find'>;
  readonly linkedDevices: Pick<LinkedDeviceStore, 'find'>;
  readonly deviceIndex: DeviceIndex;
  /** Milliseconds without use after which a device is dormant. */
  readonly dormantAfter: number;
  readonly now: () => number;
}

/** Times are milliseconds since 1970. */
interface DeviceQuery {
  readonly clientId: string;
  readonly dormant?: boolean | undefined;
  readonly linkedBefore?: number | undefined;
  readonly usedBefore?: number | undefined;
}

export interface OwnedDevice {
  readonly owner: Account;
  readonly device: LinkedDevice;
}

/** An id of ours. */
const ID = /^[\w-]{22}$/;
const MAX_SEARCH_MS = 1000;

/** Devices of one client, of all owners. */
export class ClientDevices {
  readonly #with: ClientDeviceParts;

  constructor(parts: ClientDeviceParts) {
    this.#with = parts;
  }

  /** Those that were linked last come first. */
  list(query: DeviceQuery, after: IndexRow | undefined, limit: number): Promise<Listed<OwnedDevice>> {
    const { deviceIndex, dormantAfter, now } = this.#with;
    const { clientId, dormant, linkedBefore, usedBefore } = query;
    const unusedSince = now() - dormantAfter;
    const wanted = ({ device: { linkedAt, lastActivity } }: OwnedDevice) =>
      (linkedBefore === undefined || linkedAt < linkedBefore) &&
      (dormant === undefined || dormant === lastActivity < unusedSince) &&
      (usedBefore === undefined || lastActivity < usedBefore);
    const listing = {
      index: deviceIndex.of(clientId),
      times: linkedBefore === undefined ? {} : { to: linkedBefore },
      open: (row: IndexRow) => this.#open(row),
      // A row is as old as what it leads to, or a little older.
      ...([dormant, linkedBefore, usedBefore].some((one) => one !== undefined) && { wanted }),
      now,
    };
    return listed(listing, after, limit);
  }

  /**
   * The device of this id among those of these clients: each list is walked, as far as a second goes.
   * `undefined`: there is none.
   */
  async find(id: string, clientIds: readonly string[]): Promise<OwnedDevice | 'out-of-time' | undefined> {
    if (!ID.test(id)) return undefined;
    const { owner, isSure } = await this.#with.deviceIndex.ownerOf(id, clientIds, MAX_SEARCH_MS);
    if (owner === undefined) return isSure ? undefined : 'out-of-time';
    return this.#open({ id: deviceRow(owner, id) });
  }

  /** One that waits for its device is none yet. */
  async #open({ id }: Pick<IndexRow, 'id'>): Promise<OwnedDevice | undefined> {
    const { accounts, linkedDevices } = this.#with;
    const { accountId, device: name } = parseDeviceRow(id);
    const owner = await accounts.find(accountId);
    const device = owner && (await linkedDevices.find({ accountId, epoch: owner.epoch }, name));
    return device && { owner, device };
  }
}
