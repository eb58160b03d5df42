import type { GrantId } from './grant-id.ts';

/** Lets a device ask whether what it heard is its owner's voice code. */
export const VOICE_CODE_SCOPE = 'voice_code';

/** Who presents an access token, and what it may do. */
export interface Bearer {
  readonly grant: GrantId;
  readonly clientId: string;
  readonly scopes: ReadonlySet<string>;
}

/** An access token as it comes with a request. */
export interface PresentedToken {
  readonly token: string;
  /** With the scheme `DPoP`: the proof of the key that the token is bound to, and what it was made for. */
  readonly proof?: { readonly jwt: string; readonly method: string; readonly path: string };
}

export interface BearerTokens {
  /** In which proofs may be signed (RFC 9449 section 7.1, `algs`). */
  readonly proofAlgorithms: readonly string[];
  /**
   * The bearer of an active access token of an account, by the last word of the account's slot. `undefined` for every
   * other text, after as many steps: unknown, expired, ended, for another resource; bound to a key and presented
   * without a proof or with one of another key, or not bound and presented with one (RFC 9449 section 7.2).
   * `'no-proof'`: the proof is not one of this request and token, or it was used before.
   * @throws StoreUnavailable
   */
  find(presented: PresentedToken): Promise<Bearer | 'no-proof' | undefined>;
}
