import type { AccountProfile } from '../accounts/account.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { IssuedAccessToken } from './access-token-store.ts';
import type { ClaimedDevice } from './claimed-device.ts';
import type { ClientStamp } from './client-state.ts';
import type { LinkKeyText } from './link-key.ts';
import type { Payload } from './payload.ts';

/**
 * Grants with their chains of refresh tokens: what may act for an account.
 *
 * Promises of every implementation: each call is all-or-nothing; nothing is written under an epoch that is not
 * the account's, and nothing read under one either; a grant that has ended stays ended.
 *
 * A grant starts as *waiting* (approved, code not yet redeemed: no device of the account, gone with its code), becomes
 * *active* when its device redeems the code, and ends by deregistering, replay, sign-out or time. The event that
 * comes with a change is written down for the owner in the same step, if the change happens.
 */
export interface GrantStore {
  /**
   * Writes a new grant as waiting, or a new payload for an existing one. `'refused'`: under a stale epoch; `'full'`: as
   * many devices are linked, or wait to be, as may be. A waiting one holds its place, so that none too many becomes active.
   * @param asks the device that a new one waits for, to be shown to its owner until then
   */
  write(
    grantId: string,
    payload: Payload,
    time: { lifetime: number; waiting: number },
    asks?: AskingDevice,
  ): Promise<'written' | 'refused' | 'full'>;
  /**
   * Writes a new grant as waiting under a key of its owner, which must still be good when it becomes active: then a use
   * is spent. `'crowded'`: as many wait under this key as may. The rest as `write`.
   */
  writeUnderKey(
    grantId: string,
    payload: Payload,
    time: { lifetime: number; waiting: number },
    key: LinkKeyText,
  ): Promise<'written' | 'refused' | 'full' | 'crowded'>;
  /** The waiting grant becomes a row of the account; `undefined` when it may not. */
  activate(grantId: string, device: Payload, event?: ActivityEvent): Promise<Authority | undefined>;
  /** The last word on whether a grant may act, where no token is presented. Nothing is written. */
  read(grantId: string): Promise<Authority | undefined>;
  /**
   * The last word on whether a token presented under a grant may act. Notes the last activity, at most once a minute, and
   * that the refresh token which was issued with the token is used.
   * @param reason `claimsEnd`: that it may not act is going to be told as a change that was made (RFC 7009 section 2.2)
   */
  authorize(
    grantId: string,
    presented: PresentedToken,
    reason?: { claimsEnd?: boolean },
  ): Promise<Authority | undefined>;
  /**
   * A refresh token is being exchanged: the parent is used and the new one succeeds it, as one step; or the chain
   * begins. When the parent was used up before, the grant has ended with this call.
   */
  addRefreshToken(
    grantId: string,
    token: NewRefreshToken,
    onReplay?: ActivityEvent,
  ): Promise<RefreshTokenAddition>;
  /** Every token issued so far under the grant is dead; the grant stays. */
  raiseGeneration(grantId: string): Promise<void>;
  /** `true` when there was something to end. */
  end(grantId: string, event?: ActivityEvent): Promise<boolean>;
}

/** A device that its owner has approved, in its own words. */
export interface AskingDevice {
  readonly claimed: ClaimedDevice;
  readonly clientId: string;
  /** With which it comes for its tokens; one that its maker's app sets up has none. */
  readonly deviceCode?: string;
}

export interface Authority {
  payload: Payload;
  /** Tokens carry the generation they were issued in. */
  generation: number;
  readonly profile: AccountProfile | undefined;
  /** The household profile that the device was given to. */
  memberId?: string;
  /** Of a presented refresh token. */
  chain?: PlaceInChain;
}

/** Where a presented refresh token stands in its chain. */
export interface PlaceInChain {
  /**
   * `replay`: it was used up, or lost against another. `ahead`: the chain has not come so far, since the store was restored or
   * failed over; such a token opens nothing, and says nothing against its device.
   */
  standing: 'head' | 'successor' | 'replay' | 'ahead';
  /** Of a head and a successor: how many tokens of the chain were used before it. */
  place: number;
  /** What all tokens of the chain have in common; `undefined` for a chain from before tokens were sealed. */
  common: Payload | undefined;
}

export interface PresentedToken {
  generation: number;
  refreshToken?: PresentedRefreshToken;
  /** Name of the refresh token that was issued beside the presented access token: using one uses the other. */
  issuedWith?: string;
}

interface PresentedRefreshToken {
  name: string;
  /** As its seal says; absent for one from before tokens were sealed, which has a record. */
  place?: number;
  /** Milliseconds since 1970, as its seal says: what is not used up expires by the store's clock. */
  expiresAt?: number;
}

export interface NewRefreshToken {
  /** The token it succeeds; `undefined` for the first of a chain. */
  parent: Pick<PresentedRefreshToken, 'name' | 'place'> | undefined;
  name: string;
  /** That it was issued under. */
  generation: number;
  value: string;
  /** Whose it is, as its grant says: a client that was ended meanwhile gets none. */
  client?: ClientStamp;
  /** What all tokens of the chain have in common, where the chain does not know it yet. */
  common?: Payload | undefined;
  /** Kept in the same step, with the refresh token that goes out; absent: by itself, by who has both. */
  accessToken?: IssuedAccessToken;
}

export type RefreshTokenAddition =
  | { outcome: 'added' }
  /** As many successors stand as may: this one of them is handed out again. */
  | { outcome: 'again'; name: string; value: string }
  | { outcome: 'replay' }
  /** All tokens of the chain were called back meanwhile, it has begun already, or has not come so far. */
  | { outcome: 'lost' }
  | { outcome: 'gone' };

/** How many successors of one refresh token may stand until one of them is used. */
export const MAX_SUCCESSORS = 8;
