import type { AccountId } from '../accounts/account.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { ClaimedDevice } from './claimed-device.ts';

/** A device that may act for an account: an active grant, with what the device said of itself and the owner calls it. */
export interface LinkedDevice {
  /** Name of its grant: opens nothing. */
  readonly id: string;
  /** What the device said of itself when it asked for its code. */
  readonly claimed: ClaimedDevice;
  /** What the owner calls it, where they have given it a name. */
  readonly ownName: string | undefined;
  /** The household profile that it was given to; one that is not there any more counts as none. */
  readonly memberId: string | undefined;
  readonly clientId: string;
  /** Its refresh tokens are bound to a key that never leaves it (DPoP, RFC 9449): a copy of them is worth nothing. */
  readonly bound: boolean;
  /** Thumbprint of that key (RFC 7638); `undefined`: bound to none, or linked before it was kept. */
  readonly key: string | undefined;
  /** The key of its owner that linked it, under the name it had then. */
  readonly linkKey: { readonly id: string; readonly name: string } | undefined;
  /** Its maker's app set it up. */
  readonly companion: boolean;
  readonly linkedAt: number;
  /** From where it asked for its code, or pushed its request. */
  readonly linkedFrom: { readonly address: string; readonly userAgent: string };
  /** When its key was last used; at most a minute behind. */
  readonly lastActivity: number;
  /** When the operator ended what its client has: it may do nothing any more. `undefined`: it may act. */
  readonly endedAt: number | undefined;
  /** When its key ends by itself. All times are milliseconds since 1970, by the store's clock. */
  readonly endsAt: number;
}

/** Whose devices: nothing is read or written when the epoch is not the account's any more. */
export interface Owner {
  readonly accountId: AccountId;
  readonly epoch: number;
}

/** Which devices of an account, by last activity or by linking, the newest first. */
export interface DeviceWindow {
  readonly order: 'activity' | 'linked';
  /** So many stand before them. */
  readonly skip: number;
  readonly limit: number;
}

export interface DevicesInWindow {
  readonly devices: readonly LinkedDevice[];
  /** How many there are in all, those that the operator ended among them. */
  readonly total: number;
  /** How many of all may act. */
  readonly active: number;
}

/** The devices among the grants of an account. Ending one is `GrantStore.end`. */
export interface LinkedDeviceStore {
  /** Those that the operator ended are among them, for 30 days. */
  list(owner: Owner): Promise<LinkedDevice[]>;
  /** What each of these may do, by its id: scopes, and the APIs that it acts at. One that is gone is left out. */
  scopesOf(owner: Owner, ids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Some of them; beyond the last one there is none. */
  window(owner: Owner, query: DeviceWindow): Promise<DevicesInWindow>;
  /** `undefined` for what is not there, and for what is not a device of this account. */
  find(owner: Owner, id: string): Promise<LinkedDevice | undefined>;
  /** `false` when there is no such device. @param name `undefined`: what the device says itself */
  rename(owner: Owner, id: string, name: string | undefined, event: ActivityEvent): Promise<boolean>;
  /** `false` when there is no such device, or no such household profile. @param memberId `undefined`: no member's */
  assign(owner: Owner, id: string, memberId: string | undefined, event: ActivityEvent): Promise<boolean>;
}

/** What the owner knows it by; `undefined` where neither they nor the device have given it a name. */
export function nameOf({ ownName, claimed }: Pick<LinkedDevice, 'ownName' | 'claimed'>): string | undefined {
  return ownName ?? claimed.name;
}
