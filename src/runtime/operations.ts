import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<() => string>();

/**
 * Work that is the same each time it is done under this name: its changes of the store, in their order, have the same
 * operation ids, so that done again after a crash it finds what it has done.
 */
export function asOperation<T>(name: string, work: () => Promise<T>): Promise<T> {
  let count = 0;
  const next = () => {
    count += 1;
    return `${name}.${count.toString(36)}`;
  };
  return current.run(next, work);
}

/** The id of the next change within such work; `undefined` outside of any. */
export const nextInOperation = (): string | undefined => current.getStore()?.();
