/**
 * More passwords wait to be hashed than this server takes at once. Nothing was evaluated and nothing changed;
 * the caller hears 503 and may try again.
 */
export class Busy extends Error {
  /** Seconds after which a new try makes sense; goes out as `Retry-After`. */
  readonly retryAfter = 3;

  constructor() {
    super('too many passwords wait to be hashed');
    this.name = 'Busy';
  }
}
