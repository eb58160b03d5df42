import { AsyncLocalStorage } from 'node:async_hooks';
import type { AskingDevice } from '../devices/grant-store.ts';
import { StaleEpoch, TooManyDevices } from './errors.ts';

/** What the library's model of a grant has no room for. */
interface Wait {
  /** Shown to the owner while it waits; absent where a key of theirs decided. */
  readonly asks?: AskingDevice;
  /** Of its client when what it comes from began; absent is 0. */
  readonly clientEpoch?: number;
  /** Milliseconds for which it may wait, where its code says. */
  readonly waiting?: number;
}

const waits = new AsyncLocalStorage<Wait>();

/** Of the grant that is being saved; `undefined`: it waits for no device. */
export function waitOfGrant(): Wait | undefined {
  return waits.getStore();
}

/** Writes the grant as waiting for its device. `undefined`: it is written. */
export async function saveWaiting(
  grant: { save(): Promise<unknown> },
  wait: Wait,
): Promise<'signed-out' | 'full' | undefined> {
  try {
    await waits.run(wait, () => grant.save());
    return undefined;
  } catch (error) {
    if (error instanceof StaleEpoch) return 'signed-out';
    if (error instanceof TooManyDevices) return 'full';
    throw error;
  }
}
