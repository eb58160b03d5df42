import type { HouseholdMember } from '../../household/household-store.ts';
import type { AccountParts } from './account.ts';
import type { ShownLink } from './app-links.ts';
import type { ClaimedDevice } from './device.ts';

/** One linked device, as its owner tells it from others. */
export interface DeviceRow {
  /** Below `/account/devices/`. */
  readonly id: string;
  /** Under the name that the owner gave it, or else its own. */
  readonly device: ClaimedDevice;
  readonly appName: string;
  /** Its maker's app set it up. */
  readonly companion: boolean;
  readonly linkedAt: Date;
  readonly linkedFrom: { readonly address: string; readonly program: string | undefined };
  readonly lastActivity: Date;
  /** When the operator ended it: it may do nothing any more. */
  readonly endedAt?: Date | undefined;
  /** Not used for so long that the owner may have forgotten it. */
  readonly dormant: boolean;
  /** A copy of its key is worth nothing (DPoP). */
  readonly bound: boolean;
  /** The member of the household whose it is. */
  readonly member: string | undefined;
}

/** A device that was approved and has not come for its tokens: it may do nothing yet, and is not counted. */
export interface WaitingRow {
  /** Below `/account/devices/waiting/`. */
  readonly id: string;
  readonly device: ClaimedDevice;
}

/** `/account/devices/add`: the ways in which a device is linked. */
export interface AddDeviceView extends AccountParts {
  readonly page: 'add-device';
  /** Devices that their maker's app sets up, by the name of their client. */
  readonly setUpByApp: readonly string[];
  /** Whether there are machines that are linked by a key. */
  readonly takesKeys: boolean;
}

/** Everything that is known of one device. */
export interface DeviceFacts extends DeviceRow {
  /** What the device calls itself, where the owner calls it something else. */
  readonly claimedName: string | undefined;
  /** The key that linked it, under the name it had then. */
  readonly linkKey: string | undefined;
  /** A sentence each; nothing where it is not known, and where the operator ended it. */
  readonly abilities: readonly string[];
  readonly endsAt: Date;
}

/** `/account/devices/<id>`: a row for each thing that can be changed, and what is known. */
export interface DeviceView extends AccountParts {
  readonly page: 'device';
  readonly facts: DeviceFacts;
  readonly members: readonly HouseholdMember[];
  readonly links: readonly ShownLink[];
  readonly now: Date;
}

/** `/account/devices/<id>/rename`; field `device_name`. */
export interface DeviceRenameView extends AccountParts {
  readonly page: 'device-rename';
  readonly id: string;
  readonly device: ClaimedDevice;
  /** What was typed, where it was not saved. */
  readonly deviceName?: string | undefined;
}

/** `/account/devices/<id>/member`; field `member`. */
export interface DeviceMemberView extends AccountParts {
  readonly page: 'device-member';
  readonly id: string;
  readonly device: ClaimedDevice;
  readonly members: readonly HouseholdMember[];
  readonly memberId: string | undefined;
}

/** `/account/devices/<id>/remove`; the form posts to the same address. */
export interface DeregisterView extends AccountParts {
  readonly page: 'deregister';
  readonly row: DeviceRow;
  readonly now: Date;
}

/** What came of it. `gone`: there was nothing to end. */
export type DeregisteredView = AccountParts & { readonly page: 'deregistered' } & (
    | { readonly outcome: 'ended'; readonly device: ClaimedDevice; readonly appName: string }
    | { readonly outcome: 'gone' }
  );
