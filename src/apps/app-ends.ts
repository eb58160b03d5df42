/**
 * Ends that apps have to hear of. Each is written by the script that ends, in the account's slot, as one step with it: so
 * neither is ever without the other. The account is announced before, so that a server that dies right after the change
 * leaves a trace that another one follows.
 */
export interface AppEndStore {
  /** What apps have not heard of yet, oldest first. */
  list(accountId: string): Promise<AppEnd[]>;
  /** These are queued. */
  forget(accountId: string, ids: readonly string[]): Promise<void>;
}

/** What one app has lost. */
export interface AppEnd {
  /** Of one account, rising; not a secret. */
  readonly id: string;
  /** HMAC of the client id, one of `AppNames`. */
  readonly app: string;
  /** uids of the browsers in which the owner had signed in to it. */
  readonly browsers: readonly string[];
  /** It has lost all of its owner's sign-ins, not those in these browsers alone. */
  readonly isWhole: boolean;
}

/** The HMACs under which a client may be written, the one that writes now first. */
export interface AppNames {
  namesOf(clientId: string): readonly [string, ...string[]];
}
