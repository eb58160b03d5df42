import { AsyncLocalStorage } from 'node:async_hooks';
import { hkdfSync, randomBytes } from 'node:crypto';

interface Operation {
  readonly next: () => string;
  readonly bytes: (length: number) => Buffer;
}

const current = new AsyncLocalStorage<Operation>();

/**
 * Work that is the same each time it is done under this name: its changes of the store, in their order, have the same
 * operation ids, and its secrets are the same, so that done again after a crash it finds what it has done.
 * @param seed a secret of 256 bits, the same for this name
 */
export function asOperation<T>(name: string, seed: string, work: () => Promise<T>): Promise<T> {
  let [changes, secrets] = [0, 0];
  const next = () => {
    changes += 1;
    return `${name}.${changes.toString(36)}`;
  };
  const bytes = (length: number) => {
    secrets += 1;
    return Buffer.from(hkdfSync('sha256', seed, 'latchkey', `${name} ${secrets}`, length));
  };
  return current.run({ next, bytes }, work);
}

/** The id of the next change within such work; `undefined` outside of any. */
export const nextInOperation = (): string | undefined => current.getStore()?.next();

/** Random ones, but within such work: then they are as hard to guess, and the same when it is done again. */
export const freshBytes = (length: number): Buffer =>
  current.getStore()?.bytes(length) ?? randomBytes(length);
