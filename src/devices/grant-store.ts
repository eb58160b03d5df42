import type { AccountProfile } from '../accounts/account.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { ClaimedDevice } from './claimed-device.ts';
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
  /** The waiting grant becomes a row of the account; `undefined` when it may not. */
  activate(grantId: string, device: Payload, event?: ActivityEvent): Promise<Authority | undefined>;
  /** The last word on whether a grant may act, where no token is presented. Nothing is written. */
  read(grantId: string): Promise<Authority | undefined>;
  /**
   * The last word on whether a token presented under a grant may act. Notes the last activity, at most once a minute, and
   * that the refresh token which was issued with the token is used.
   */
  authorize(grantId: string, presented: PresentedToken): Promise<Authority | undefined>;
  /**
   * A refresh token is being exchanged: the parent is used and the new one succeeds it, as one step; or the chain
   * begins. When the parent is a loser or an older one, the grant has ended with this call.
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
  /** Where a presented refresh token stands in its chain. */
  place?: 'head' | 'successor' | 'replay';
}

export interface PresentedToken {
  generation: number;
  /** Name of the refresh token that was presented. */
  refreshToken?: string;
  /** Name of the refresh token that was issued beside the presented access token: using one uses the other. */
  issuedWith?: string;
}

export interface NewRefreshToken {
  /** Name of the token it succeeds; `undefined` for the first of a chain. */
  parent: string | undefined;
  name: string;
  value: string;
}

export type RefreshTokenAddition =
  | { outcome: 'added' }
  /** As many successors stand as may: this one of them is handed out again. */
  | { outcome: 'again'; name: string; value: string }
  | { outcome: 'replay' }
  /** All tokens of the chain were called back meanwhile, or it has begun already. */
  | { outcome: 'lost' }
  | { outcome: 'gone' };

/** How many successors of one refresh token may stand until one of them is used. */
export const MAX_SUCCESSORS = 8;
