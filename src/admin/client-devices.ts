import type { Account, AccountId } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import type { LinkedDevice, LinkedDeviceStore } from '../devices/linked-device.ts';
import { type DeviceIndex, deviceRow, parseDeviceRow } from './device-index.ts';
import { type Listed, listed } from './listing.ts';
import type { IndexRow } from './row-index.ts';

interface ClientDeviceParts {
  readonly accounts: Pick<AccountStore, 'find' | 'epochOf'>;
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

type FoundDevice = LinkedDevice & { readonly accountId: AccountId };

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
  async list(query: DeviceQuery, after: IndexRow | undefined, limit: number): Promise<Listed<OwnedDevice>> {
    const { deviceIndex, dormantAfter, now } = this.#with;
    const { clientId, dormant, linkedBefore, usedBefore } = query;
    const unusedSince = now() - dormantAfter;
    // What was used last before a time was linked before it, too: what is younger need not be opened.
    const bounds = [linkedBefore, usedBefore, dormant === true ? unusedSince : undefined];
    const to = Math.min(...bounds.filter((bound) => bound !== undefined));
    const wanted = ({ linkedAt, lastActivity }: LinkedDevice) =>
      (linkedBefore === undefined || linkedAt < linkedBefore) &&
      (dormant === undefined || dormant === lastActivity < unusedSince) &&
      (usedBefore === undefined || lastActivity < usedBefore);
    const listing = {
      index: deviceIndex.of(clientId),
      times: to === Number.POSITIVE_INFINITY ? {} : { to },
      open: (row: IndexRow) => this.#device(row),
      // A row is as old as what it leads to, or a little older.
      ...([dormant, linkedBefore, usedBefore].some((one) => one !== undefined) && { wanted }),
      now,
    };
    const { found, next } = await listed(listing, after, limit);
    const owned = await Promise.all(found.map((device) => this.#owned(device)));
    return { found: owned.filter((one) => one !== undefined), next };
  }

  /**
   * The device of this id among those of these clients: each list is walked, as far as a second goes.
   * `undefined`: there is none.
   */
  async find(id: string, clientIds: readonly string[]): Promise<OwnedDevice | 'out-of-time' | undefined> {
    if (!ID.test(id)) return undefined;
    const { owner, isSure } = await this.#with.deviceIndex.ownerOf(id, clientIds, MAX_SEARCH_MS);
    if (owner === undefined) return isSure ? undefined : 'out-of-time';
    const device = await this.#device({ id: deviceRow(owner, id) });
    return device && this.#owned(device);
  }

  /** One that waits for its device is none yet. Whose it is is read of those alone that are shown. */
  async #device({ id }: Pick<IndexRow, 'id'>): Promise<FoundDevice | undefined> {
    const { accounts, linkedDevices } = this.#with;
    const { accountId, device: name } = parseDeviceRow(id);
    const epoch = await accounts.epochOf(accountId);
    const device = epoch === undefined ? undefined : await linkedDevices.find({ accountId, epoch }, name);
    return device && { ...device, accountId };
  }

  /** `undefined`: its account has been erased meanwhile. */
  async #owned({ accountId, ...device }: FoundDevice): Promise<OwnedDevice | undefined> {
    const owner = await this.#with.accounts.find(accountId);
    return owner && { owner, device };
  }
}
