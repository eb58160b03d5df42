import Provider from 'oidc-provider';

type Context = { state: unknown } | undefined;

/**
 * A value for each request. Outside of a request each call gets a new one.
 * @returns takes the context for middleware in front of the library, where it does not yet know its own
 */
export function perRequest<T>(make: () => T): (context?: Context) => T {
  const key = Symbol(make.name);
  return (context: Context = Provider.ctx) => {
    if (!context) return make();
    const state = context.state as Record<symbol, T | undefined>;
    state[key] ??= make();
    return state[key];
  };
}
