/** Holds one method of a real store until it is let go, so that something else happens in its middle. */
export interface Pause {
  /** Resolves when the method has been called and waits. */
  reached: Promise<void>;
  letGo(): void;
}

/** The next call of the method waits before it does anything; later calls pass. */
export function pauseBefore<Store extends object>(store: Store, method: keyof Store & string): Pause {
  const original = store[method] as (...args: unknown[]) => Promise<unknown>;
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const paused = async (...args: unknown[]) => {
    Reflect.deleteProperty(store, method);
    reached.resolve();
    await gate.promise;
    return original.apply(store, args);
  };
  Object.defineProperty(store, method, { value: paused, configurable: true });
  return { reached: reached.promise, letGo: () => gate.resolve() };
}
