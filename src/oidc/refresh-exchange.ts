import { perRequest } from './per-request.ts';

/** A refresh token that was met in a request. */
export interface MetRefreshToken {
  name: string;
  grantId: string;
  /** How many tokens of its chain were used before it. */
  place: number;
  /** As its seal says; absent for one from before tokens were sealed. */
  sealedPlace?: number;
  /** Of one from before tokens were sealed: name of the one that it was handed out for. */
  succeeds?: string | undefined;
  /** The chain knows what all its tokens have in common. */
  isChainKnown: boolean;
  /** It was used up, or lost against another: the library answers by ending its grant. */
  isReplay: boolean;
}

/** The exchange of one refresh token (RFC 6749 section 6), shared by the models that take part in it. */
export interface RefreshExchange {
  /** Refresh tokens that were looked up, by id. */
  readonly met: Map<string, MetRefreshToken>;
  /** The refresh token that is being exchanged. */
  parent?: MetRefreshToken;
  /** Name of the refresh token that goes out beside the access token of this answer. */
  issued?: string;
  /** Under way: resolves to the name of the refresh token that goes out in the end. */
  done?: Promise<string>;
  /** A successor that already stands goes out again in place of the new one; see `adapters/refresh-tokens.ts`. */
  handedOutAgain?: string;
}

export const refreshExchange = perRequest((): RefreshExchange => ({ met: new Map() }));
