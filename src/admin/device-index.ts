import type { AccountId } from '../accounts/account.ts';
import type { IndexRow, RowIndex } from './row-index.ts';

/** Devices by client, whoever owns them. */
export interface DeviceIndex {
  of(clientId: string): RowIndex;
  /** Twice is once. */
  add(clientId: string, rows: readonly IndexRow[]): Promise<void>;
}

/** A row's name says whose device it is. */
export const deviceRow = (accountId: string, device: string): string => `${accountId}.${device}`;

export function parseDeviceRow(id: string): { accountId: AccountId; device: string } {
  const [accountId = '', device = ''] = id.split('.');
  return { accountId: accountId as AccountId, device };
}
