import type { AccountId } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import type { AccountIds } from '../accounts/sign-out-everyone.ts';
import type { LinkedDeviceStore } from '../devices/linked-device.ts';
import { type DeviceIndex, deviceRow } from './device-index.ts';

interface IndexCheckParts {
  readonly accountIds: AccountIds;
  readonly accounts: Pick<AccountStore, 'find'>;
  readonly linkedDevices: Pick<LinkedDeviceStore, 'list'>;
  readonly accountIndex: { timeOf(id: string): Promise<number | undefined> };
  readonly deviceIndex: Pick<DeviceIndex, 'has'>;
}

interface Checked {
  accounts: number;
  devices: number;
  /** Of those, without a row. */
  missing: { accounts: number; devices: number };
}

const AT_ONCE = 20;

/** Whether accounts and devices that are there have their rows in the lists. Nothing is changed. */
export class IndexCheck {
  readonly #with: IndexCheckParts;

  constructor(parts: IndexCheckParts) {
    this.#with = parts;
  }

  /** @param most accounts that are looked at: the store has them in no order, so that the first ones are as good as any */
  async run(most: number): Promise<Checked> {
    const checked: Checked = { accounts: 0, devices: 0, missing: { accounts: 0, devices: 0 } };
    for await (const ids of this.#with.accountIds.all()) {
      const wanted = ids.slice(0, most - checked.accounts);
      for (let at = 0; at < wanted.length; at += AT_ONCE)
        await Promise.all(wanted.slice(at, at + AT_ONCE).map((id) => this.#look(id, checked)));
      if (checked.accounts >= most) break;
    }
    return checked;
  }

  async #look(id: AccountId, checked: Checked): Promise<void> {
    const { accounts, linkedDevices, accountIndex, deviceIndex } = this.#with;
    const account = await accounts.find(id);
    if (!account) return;
    const devices = await linkedDevices.list({ accountId: id, epoch: account.epoch });
    const hasRow = devices.map(({ clientId, id: device }) =>
      deviceIndex.has(clientId, deviceRow(id, device)),
    );
    const isListed = (await accountIndex.timeOf(id)) !== undefined;
    const without = (await Promise.all(hasRow)).filter((has) => !has).length;
    checked.accounts += 1;
    checked.devices += devices.length;
    checked.missing.accounts += isListed ? 0 : 1;
    checked.missing.devices += without;
  }
}
