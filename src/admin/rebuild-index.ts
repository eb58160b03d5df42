import type { AccountId } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import type { AccountIds } from '../accounts/sign-out-everyone.ts';
import type { LinkedDevice, LinkedDeviceStore } from '../devices/linked-device.ts';
import { type DeviceIndex, deviceRow } from './device-index.ts';
import type { IndexRow } from './row-index.ts';

interface RebuildParts {
  readonly accountIds: AccountIds;
  readonly accounts: Pick<AccountStore, 'find'>;
  readonly linkedDevices: Pick<LinkedDeviceStore, 'list'>;
  readonly accountIndex: { add(rows: readonly IndexRow[]): Promise<void> };
  readonly deviceIndex: Pick<DeviceIndex, 'add'>;
}

interface Rebuilt {
  accounts: number;
  devices: number;
}

/**
 * Writes the rows of every account and device that is there: of those from before there was an index, too. It may be cut off
 * and run again; twice is once.
 */
export class RebuildIndex {
  readonly #with: RebuildParts;

  constructor(parts: RebuildParts) {
    this.#with = parts;
  }

  /** @param onProgress hears how far it has come */
  async run(onProgress: (done: Rebuilt) => void = () => {}): Promise<Rebuilt> {
    const done = { accounts: 0, devices: 0 };
    for await (const ids of this.#with.accountIds.all()) {
      for (const id of ids) await this.#add(id, done);
      onProgress(done);
    }
    return done;
  }

  async #add(id: AccountId, done: Rebuilt): Promise<void> {
    const { accounts, linkedDevices, accountIndex, deviceIndex } = this.#with;
    const account = await accounts.find(id);
    if (!account) return;
    const devices = await linkedDevices.list({ accountId: id, epoch: account.epoch });
    await accountIndex.add([{ id, at: account.profile.createdAt }]);
    const rowOf = (one: LinkedDevice) => ({ id: deviceRow(id, one.id), at: one.linkedAt });
    await Promise.all(devices.map((one) => deviceIndex.add(one.clientId, [rowOf(one)])));
    done.accounts += 1;
    done.devices += devices.length;
  }
}
