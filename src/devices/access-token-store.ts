import type { Authority } from './grant-store.ts';
import type { Payload } from './payload.ts';

/** What an account's slot has to know of an access token, to judge it. */
export interface AccessTokenFacts {
  readonly grantId: string;
  readonly clientId: string;
  /** The one resource that it is for (RFC 8707); `undefined`: every API that it is presented to. */
  readonly audience: string | undefined;
  /** Of the grant, when it was issued; `undefined`: the grant had ended, and the token opens nothing. */
  readonly generation: number | undefined;
  /** Name of the refresh token that went out with it. */
  readonly issuedWith: string | undefined;
}

/** One that is to be kept. */
export interface IssuedAccessToken {
  readonly id: string;
  readonly payload: Payload;
  readonly facts: Omit<AccessTokenFacts, 'issuedWith'>;
  /** Milliseconds. */
  readonly lifetime: number;
}

/**
 * Who presents a token. A client whose business it is not gets no judgement on it, and does not use it: that it has asked
 * ends nothing.
 */
export type TokenPresenter =
  | 'anyone'
  | {
      /** Its own tokens; `undefined`: none. */
      readonly clientId: string | undefined;
      /** Tokens for these resources. */
      readonly audiences: readonly string[];
      /** Tokens that are for no resource. */
      readonly general: boolean;
    };

export interface FoundAccessToken {
  readonly payload: Payload;
  /** Absent for a presenter whose business it is not. */
  readonly authority?: Authority;
}

/**
 * Opaque access tokens that lead to their account: what they say lies in its slot, beside their grant, so that one question
 * finds them and asks for their authority. Where the pointer in a token leads is read by this server alone, and a token that
 * was made up leads nowhere.
 */
export interface AccessTokenStore {
  /** @param random what makes the token; @returns the token, of `LEADING_LENGTH` characters, or `random` as it was given */
  leadingTo(accountId: string, random: string): string;
  /** @param lifetime milliseconds */
  write(id: string, payload: Payload, facts: AccessTokenFacts, lifetime: number): Promise<void>;
  /**
   * What a token says, and the authority that it has at this moment. The first use of an access token also uses the refresh
   * token that went out with it.
   * @returns `undefined` when it is unknown, or its account has ended it: after the same steps
   */
  present(id: string, presenter: TokenPresenter): Promise<FoundAccessToken | undefined>;
  remove(id: string): Promise<void>;
}

/** Characters of the random part: 256 bits. */
export const RANDOM_LENGTH = 43;

/** Characters of a token that leads to its account. */
export const LEADING_LENGTH = RANDOM_LENGTH + 22;
