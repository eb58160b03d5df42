import { hash } from 'node:crypto';

/** What a refresh token says of itself when it is issued. */
export interface RefreshTokenFacts {
  readonly grantId: string;
  /** Generation of the grant: raising it ends every token that was issued before. */
  readonly generation: number;
  /** How many tokens of its chain were used before it: the first stands at 0, all successors of one token at one more. */
  readonly place: number;
  readonly clientId: string;
  /** Thumbprint of the key that it is bound to (RFC 9449); `undefined`: to none. */
  readonly key: string | undefined;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  /** Seconds that it lives unless it is used. */
  readonly lifetime: number;
}

/** What is read off a refresh token that this server has issued. */
export interface SealedRefreshToken {
  /** Names it in its chain, and opens nothing: 22 characters. */
  readonly name: string;
  readonly grantId: string;
  readonly generation: number;
  readonly place: number;
  /** Digests of its client and of its key, as `digestOf` makes them. */
  readonly client: string;
  readonly key: string;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/**
 * Refresh tokens that say themselves to which grant they belong, and that this server has issued them: a used one needs no
 * record. Only who has one of the installation's secrets can make one, or read what it says.
 */
export interface RefreshTokenSeals {
  /** Another token each time, of 128 random bits. */
  seal(facts: RefreshTokenFacts): string;
  /**
   * @returns `undefined` for everything that this server has not issued under one of its secrets, to the letter. That costs
   * one HMAC, and never the store.
   */
  open(token: string): SealedRefreshToken | undefined;
}

/** Characters of every sealed token. */
export const SEALED_TOKEN_LENGTH = 150;

/** 10 bytes of SHA-256. Ids of clients and thumbprints are no secrets; both are compared whole besides. */
const DIGEST_CHARACTERS = 20;

/** As a sealed token names its client, and its key: hexadecimal; all zeros where there is none. */
export function digestOf(value: string | undefined): string {
  return value === undefined
    ? '0'.repeat(DIGEST_CHARACTERS)
    : hash('sha256', value).slice(0, DIGEST_CHARACTERS);
}
