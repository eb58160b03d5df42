/** What follows for keys of owners, and for devices that were linked by one. */
import {
  type AccountHistory,
  acknowledged,
  type DeviceHistory,
  type Entry,
  type KeyHistory,
  type Kind,
} from './record.ts';

/** @returns what does not hold, a sentence each */
export function judgeKey({ devices }: Pick<AccountHistory, 'devices'>, key: KeyHistory): string[] {
  const linked = devices.filter((device) => device.key === key && redemptionsOf(device, 'ok').length > 0);
  return linked.length > key.uses ? ['a key links more devices than its owner has said'] : [];
}

/** When it was acknowledged at the latest that this may not be done with the device's key any more, nor by what it linked. */
export function keyEndOf({ key }: Pick<DeviceHistory, 'key'>, kind: Kind): number {
  const ends = (key?.ends ?? []).filter(({ withDevices }) => withDevices || isByKey(kind));
  return Math.min(Number.POSITIVE_INFINITY, ...acknowledged(ends));
}

/** Whether the key may have ended before this was answered, or other machines may have spent it. */
export function keyMayHaveRefused(
  { devices }: Pick<AccountHistory, 'devices'>,
  device: Pick<DeviceHistory, 'key' | 'name'>,
  entry: Entry,
): boolean {
  const { key } = device;
  if (!key) return false;
  const others = devices.filter(
    (one) =>
      one.key === key &&
      one.name !== device.name &&
      one.entries.some(
        ({ kind, outcome, call }) => kind === 'poll' && outcome !== 'no' && call < entry.return,
      ),
  );
  const isSpent = isByKey(entry.kind) && others.length >= key.uses;
  const mayEnd = key.ends.filter(({ withDevices }) => withDevices || isByKey(entry.kind));
  return isSpent || mayEnd.some(({ call, outcome }) => outcome !== 'no' && call < entry.return);
}

/** What takes the key itself; the other requests of a device go by its tokens. */
const isByKey = (kind: Kind) => kind === 'present' || kind === 'poll';

function redemptionsOf({ entries }: Pick<DeviceHistory, 'entries'>, wanted: Entry['outcome']): Entry[] {
  return entries.filter(({ kind, outcome }) => kind === 'poll' && outcome === wanted);
}
