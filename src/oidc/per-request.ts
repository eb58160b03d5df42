import type { IncomingMessage } from 'node:http';
import Provider from 'oidc-provider';
import { RequestValue } from '../net/request-value.ts';

type Context = { readonly req: IncomingMessage } | undefined;

/**
 * A value for each request, the same in front of every framework and within. Outside of a request each call gets a new one.
 * @returns takes the request for what stands in front of the library, where it does not yet know its own
 */
export function perRequest<T>(make: () => T): (context?: Context) => T {
  const values = new RequestValue<{ value: T }>();
  return (context: Context = Provider.ctx) => {
    if (!context) return make();
    const known = values.get(context.req);
    if (known) return known.value;
    const value = make();
    values.set(context.req, { value });
    return value;
  };
}
