import type { AccountId } from '../accounts/account.ts';
import type { GrantId } from '../devices/grant-id.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { VoiceCodeLimits } from '../limits/voice-code-limits.ts';
import type { Standing } from '../mfa/factor.ts';

/** How much may be bought by voice in one of the owner's days; amounts in the smallest unit of the currency. */
export interface PurchaseLimits {
  readonly currency: string;
  readonly most: number;
  /** So much of it without the code. */
  readonly free: number;
}

/** The limits, and what was bought on the day that was bought on last. */
export interface PurchaseState extends PurchaseLimits {
  /** In days since 1970; `undefined`: nothing was bought yet. */
  readonly day: number | undefined;
  readonly bought: number;
  /** So much of it without the code. */
  readonly bare: number;
}

/** What a device asks to buy. */
export interface Purchase {
  readonly amount: number;
  readonly currency: string;
  /** By which the device names this purchase; sent again under the same one, it is bought once. */
  readonly key: string;
  /** `undefined`: none was said. */
  readonly code: string | undefined;
}

/** How far the owner's clock is before UTC, and how many purchases are remembered for how long. */
export interface PurchaseRules {
  readonly ahead: number;
  readonly mostKept: number;
  /** milliseconds */
  readonly keptFor: number;
}

export type PurchaseOutcome =
  | { readonly outcome: 'bought' }
  /** The device bought something else under this key. */
  | { readonly outcome: 'other' }
  /** The owner has set no limits: nothing is bought. */
  | { readonly outcome: 'unset' }
  /** It is not the owner's currency. */
  | { readonly outcome: 'currency' }
  /** More than may be bought in a day. */
  | { readonly outcome: 'day' }
  /** More than may be bought without the code. */
  | { readonly outcome: 'code' }
  /** A code was said that is wrong, locked, or not set: the device is not told which. */
  | { readonly outcome: 'wrong' }
  | { readonly outcome: 'wait'; readonly milliseconds: number }
  /** The device may not act any more. */
  | { readonly outcome: 'gone' };

/** How much owners let be bought by voice, and what is. */
export interface VoicePurchaseStore {
  /** `undefined`: the owner has set no limits. */
  state(accountId: AccountId): Promise<PurchaseState | undefined>;
  /** In the place of those before; what was bought today still counts. Refused under an epoch that has passed. */
  setLimits(owner: Standing, limits: PurchaseLimits, event: ActivityEvent): Promise<boolean>;
  /**
   * Decides and counts, in one step: of any number of devices that ask at once no more is bought than the owner has
   * allowed. A code that is said counts among the tries of it; `onLock` is written down when it locks the code.
   */
  buy(
    device: GrantId,
    purchase: Purchase,
    limits: VoiceCodeLimits,
    rules: PurchaseRules,
    onLock: ActivityEvent,
  ): Promise<PurchaseOutcome>;
}
