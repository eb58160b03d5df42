/** Where a client is, as far as its address tells. */
export interface ClientPlace {
  readonly address: string;
  /**
   * The address is the client's own, and it asks by itself. `false` where an unnamed proxy passed the request on, and
   * where a website made the browser of a visitor ask.
   */
  readonly isCertain: boolean;
}

/** Set on a request by `safeRequest` alone: a proxy that is not named has passed it on. */
export const UNNAMED_PROXY_HEADER = 'x-forwarded-unnamed';

interface Request {
  readonly ip: string;
  get(header: string): string;
}

/** Of a browser that shows a page of ours. */
export function browserPlace(request: Request): ClientPlace {
  return { address: request.ip, isCertain: request.get(UNNAMED_PROXY_HEADER) === '' };
}

/**
 * Of a device that asks for a code. Any website can make its visitor's browser ask for one, which then seems to come
 * from the visitor's home: such a request carries `Origin` (Fetch standard, section 3.2).
 */
export function devicePlace(request: Request): ClientPlace {
  const { address, isCertain } = browserPlace(request);
  return { address, isCertain: isCertain && request.get('origin') === '' };
}
