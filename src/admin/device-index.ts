import type { AccountId } from '../accounts/account.ts';
import type { IndexRow, RowIndex } from './row-index.ts';

/** Devices by client, of all owners. */
export interface DeviceIndex {
  of(clientId: string): RowIndex;
  /**
   * Whose device has this id, among those of these clients.
   * @param within milliseconds
   * @returns `isSure`: whether all were looked at, where there is none
   */
  ownerOf(
    device: string,
    clientIds: readonly string[],
    within: number,
  ): Promise<{ readonly owner: AccountId | undefined; readonly isSure: boolean }>;
  /** Whether the device has a row among those of this client. */
  has(clientId: string, id: string): Promise<boolean>;
  /** Twice is once. */
  add(clientId: string, rows: readonly IndexRow[]): Promise<void>;
}

/** A row's name says whose device it is. The device comes first: by it alone the row is found. */
export const deviceRow = (accountId: string, device: string): string => `${device}.${accountId}`;

export function parseDeviceRow(id: string): { accountId: AccountId; device: string } {
  const [device = '', accountId = ''] = id.split('.');
  return { accountId: accountId as AccountId, device };
}
