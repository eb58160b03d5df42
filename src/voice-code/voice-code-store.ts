import type { AccountId } from '../accounts/account.ts';
import type { GrantId } from '../devices/grant-id.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { VoiceCodeLimits } from '../limits/voice-code-limits.ts';
import type { Standing } from '../mfa/factor.ts';

/** How the code stands. The code itself cannot be read back. */
export interface VoiceCodeState {
  /** milliseconds since 1970 */
  readonly since: number;
  readonly isLocked: boolean;
}

export type VoiceCodeTry =
  | { outcome: 'yes' }
  /** Wrong, locked, or there is none: the device is not told which. */
  | { outcome: 'no' }
  | { outcome: 'wait'; milliseconds: number }
  /** The device may not act any more. */
  | { outcome: 'gone' };

/** The codes by which owners confirm what is bought by voice. Changes are refused under an epoch that has passed. */
export interface VoiceCodeStore {
  /** `undefined`: there is none. */
  state(accountId: AccountId): Promise<VoiceCodeState | undefined>;
  /** In the place of one before; its wrong tries and its lock are gone. */
  set(owner: Standing, code: string, event: ActivityEvent): Promise<boolean>;
  /** Exactly one caller gets `true`. */
  remove(owner: Standing, event: ActivityEvent): Promise<boolean>;
  /** Exactly one caller gets `true`; `false` where it is not locked. */
  unlock(owner: Standing, event: ActivityEvent): Promise<boolean>;
  /**
   * A device tries a code, in one step: counted before it is compared, so that of any number of tries at once no
   * more than the limit are evaluated. `onLock` is written down when this try locks the code.
   */
  try(device: GrantId, code: string, limits: VoiceCodeLimits, onLock: ActivityEvent): Promise<VoiceCodeTry>;
}
