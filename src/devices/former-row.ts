import type { LinkedDevice } from './linked-device.ts';

/** An older row of the owner's list that seems to be of the same hardware. */
export interface FormerRow {
  readonly device: LinkedDevice;
  /** `key`: it has the same key, which never leaves it; `words`: it says the same of itself, as any device can. */
  readonly by: 'key' | 'words';
}

/**
 * The row that a device was linked under before, such as before it was reset: of the same client, with the same key, or
 * with the same name and model where nothing has used that row since. Of several the one used last. A guess, which its
 * owner decides about: nothing ends by it.
 * @param all devices of the same account
 */
export function formerRowOf(device: LinkedDevice, all: readonly LinkedDevice[]): FormerRow | undefined {
  const older = all
    .filter(({ id, clientId, linkedAt, endedAt }) => {
      return (
        id !== device.id &&
        clientId === device.clientId &&
        linkedAt <= device.linkedAt &&
        endedAt === undefined
      );
    })
    .sort((one, other) => other.lastActivity - one.lastActivity);
  const byKey = device.key === undefined ? undefined : older.find(({ key }) => key === device.key);
  if (byKey) return { device: byKey, by: 'key' };
  const byWords = older.find((one) => saysTheSame(one, device) && one.lastActivity <= device.linkedAt);
  return byWords && { device: byWords, by: 'words' };
}

/** One that names itself: two of one model that say nothing else are as likely two. */
function saysTheSame(one: LinkedDevice, other: LinkedDevice): boolean {
  const { name, model, type } = one.claimed;
  const isOtherKey = one.key !== undefined && other.key !== undefined;
  const said = other.claimed;
  return (
    !isOtherKey && name !== undefined && name === said.name && model === said.model && type === said.type
  );
}
