/**
 * The store did not answer, or answered that it cannot serve: the outcome of the operation is unknown.
 *
 * Code that meets it fails closed: no token is accepted, no change is claimed, the caller hears 503 and may
 * try again. It is the one error that crosses from `redis/` to `web/` and `oidc/`.
 */
export class StoreUnavailable extends Error {
  /** Seconds after which a new try makes sense; goes out as `Retry-After`. */
  readonly retryAfter = 1;

  /** Ours: the name of a script, or a few words. */
  readonly operation: string;

  constructor(operation: string, cause?: unknown) {
    super(`the store did not complete ${operation}`, { cause });
    this.operation = operation;
    this.name = 'StoreUnavailable';
  }
}
