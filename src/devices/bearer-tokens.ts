import type { GrantId } from './grant-id.ts';

/** Lets a device ask whether what it heard is its owner's voice code. */
export const VOICE_CODE_SCOPE = 'voice_code';

/** Who presents an access token, and what it may do. */
export interface Bearer {
  readonly grant: GrantId;
  readonly clientId: string;
  readonly scopes: ReadonlySet<string>;
}

export interface BearerTokens {
  /**
   * The bearer of a living access token of an account, by the last word of the account's slot. `undefined` for every
   * other text, after as many steps: unknown, expired, ended, for another resource, or bound to a key, since who
   * presents such a token has to prove that they have the key (RFC 9449 section 7.2).
   * @throws StoreUnavailable
   */
  find(token: string): Promise<Bearer | undefined>;
}
