/** A store of which one method waits, so that a test can let something happen in the middle of a request. */
export interface PausedStore<Store> {
  store: Store;
  /** Resolves as soon as somebody waits. */
  readonly reached: Promise<void>;
  /** From now on calls of the method wait; before, they pass. */
  arm(): void;
  /** Lets whoever waits go on, and later calls pass. */
  release(): void;
}

/** @param method the call waits before it reaches the store */
export function pausedBefore<Store extends object>(real: Store, method: keyof Store): PausedStore<Store> {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let armed = false;
  const store = new Proxy(real, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]): Promise<unknown> => {
        if (armed && name === method) {
          reached.resolve();
          await gate.promise;
        }
        return member.apply(target, args) as unknown;
      };
    },
  });
  return {
    store,
    reached: reached.promise,
    arm: () => {
      armed = true;
    },
    release: () => {
      armed = false;
      gate.resolve();
    },
  };
}
