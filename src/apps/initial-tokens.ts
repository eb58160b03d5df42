import { randomBytes } from 'node:crypto';
import { digestOf, newToken } from './token-digest.ts';

/** As many may be good at once. */
export const MAX_INITIAL_TOKENS = 100;
/** Of one: clients that it admits, and days that it is good. */
export const MAX_USES = 1000;
export const MAX_DAYS = 365;

/** What the operator's list says of one; it opens nothing. */
export interface InitialToken {
  readonly id: string;
  /** What the operator calls it. */
  readonly name: string;
  /** How many clients may still be registered with it. */
  readonly left: number;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export interface InitialTokenStore {
  /**
   * @param lifetime milliseconds
   * @returns `false`: as many are good already as may be
   */
  add(token: { id: string; name: string; digest: string; uses: number }, lifetime: number): Promise<boolean>;
  /** Those that are still good. */
  list(): Promise<InitialToken[]>;
  end(id: string): Promise<void>;
}

/** Initial access tokens (RFC 7591 section 1.2): with one, a client registers itself where the operator lets no other do so. */
export class InitialTokens {
  readonly #store: InitialTokenStore;

  constructor(store: InitialTokenStore) {
    this.#store = store;
  }

  /**
   * @param lifetime milliseconds
   * @returns the token, which is kept nowhere in clear; `undefined`: there are `MAX_INITIAL_TOKENS`
   */
  async issue(
    given: { readonly name: string; readonly uses: number },
    lifetime: number,
  ): Promise<{ id: string; token: string } | undefined> {
    const id = randomBytes(6).toString('hex');
    const token = `${id}.${newToken()}`;
    const added = await this.#store.add({ id, ...given, digest: digestOf(token) }, lifetime);
    return added ? { id, token } : undefined;
  }

  list(): Promise<InitialToken[]> {
    return this.#store.list();
  }

  /** Clients that were registered with it stay. */
  end(id: string): Promise<void> {
    return this.#store.end(id);
  }
}

/** How the store finds a token that was presented; `undefined`: it was never one. */
export function readInitialToken(
  token: string | undefined,
): { tokenId: string; tokenDigest: string } | undefined {
  const [, tokenId] = /^([0-9a-f]{12})\.[\w-]{43}$/.exec(token ?? '') ?? [];
  return tokenId === undefined || token === undefined ? undefined : { tokenId, tokenDigest: digestOf(token) };
}
