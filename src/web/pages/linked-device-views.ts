/** The pages about linked devices, from what the domain knows. */

import type { ScopeWords } from '../../devices/asked-resource.ts';
import { type LinkedDevice, nameOf } from '../../devices/linked-device.ts';
import { formatUserAgent } from '../../devices/user-agent.ts';
import type { WaitingLink } from '../../devices/waiting-link.ts';
import type { HouseholdMember } from '../../household/household-store.ts';
import type { Reader } from '../../words/reader.ts';
import type { ClaimedDevice } from './device.ts';
import { shownDevice } from './device-views.ts';
import type { DeviceFacts, DeviceRow, WaitingRow } from './linked-devices.ts';
import { abilitiesInShort } from './scope-labels.ts';

/** What the pages know beside the devices themselves. */
export interface DeviceEnvironment {
  readonly reader: Reader;
  readonly appName: (clientId: string) => string;
  readonly members: readonly HouseholdMember[];
  /** Milliseconds without activity after which a device is dormant. */
  readonly dormantAfter: number;
  readonly now: number;
}

/** As its owner knows it. */
export function namedDevice(device: LinkedDevice): ClaimedDevice {
  return shownDevice({ ...device.claimed, name: nameOf(device) });
}

export function deviceRow(device: LinkedDevice, around: DeviceEnvironment): DeviceRow {
  const { linkedFrom, memberId } = device;
  return {
    id: device.id,
    device: namedDevice(device),
    appName: around.appName(device.clientId),
    companion: device.companion,
    linkedAt: new Date(device.linkedAt),
    linkedFrom: {
      address: linkedFrom.address,
      program: formatUserAgent(around.reader, linkedFrom.userAgent),
    },
    lastActivity: new Date(device.lastActivity),
    endedAt: device.endedAt === undefined ? undefined : new Date(device.endedAt),
    dormant: around.now - device.lastActivity >= around.dormantAfter,
    bound: device.bound,
    member: around.members.find(({ id }) => id === memberId)?.name,
  };
}

export function waitingRow({ id, claimed }: WaitingLink): WaitingRow {
  return { id, device: shownDevice(claimed) };
}

/** @param scopes what it may do @param words those of the operator for them */
export function deviceFacts(
  device: LinkedDevice,
  around: DeviceEnvironment,
  scopes: readonly string[],
  words: ScopeWords,
): DeviceFacts {
  const { ownName, claimed } = device;
  return {
    ...deviceRow(device, around),
    claimedName: ownName === undefined ? undefined : claimed.name,
    linkKey: device.linkKey?.name,
    abilities: device.endedAt === undefined ? abilitiesInShort(around.reader, scopes, words) : [],
    endsAt: new Date(device.endsAt),
  };
}
