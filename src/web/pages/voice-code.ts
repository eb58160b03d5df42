import type { VoiceCodeError } from '../../voice-code/voice-code.ts';
import type { LimitErrors } from '../../voice-code/voice-purchases.ts';
import type { AccountParts } from './account.ts';
import type { FieldErrors } from './page.ts';

/** `/account/security/voice-code`; field `voice_code`, or none to unlock or remove it; `currency`, `day_limit`, `free_limit`. */
export interface VoiceCodeView extends AccountParts {
  readonly page: 'voice-code';
  /** `undefined`: none is set. The code itself is never shown. */
  readonly code: { readonly since: Date; readonly isLocked: boolean } | undefined;
  /** `undefined`: the owner has set no limits, and nothing is bought within them. */
  readonly today: Today | undefined;
  /** As they stand in the form. */
  readonly limits: LimitFields;
  /** In which the owner's day begins. */
  readonly zone: string;
  readonly currencies: readonly { readonly code: string; readonly name: string }[];
  readonly now: Date;
  readonly problem?: FieldErrors<{ readonly voice_code?: VoiceCodeError } & LimitErrors> | undefined;
}

/** What was bought since the owner's midnight, in the reader's words. */
interface Today {
  readonly bought: string;
  readonly most: string;
  /** So much of it without the code. */
  readonly bare: string;
  readonly free: string;
}

interface LimitFields {
  readonly currency: string;
  readonly day_limit: string;
  readonly free_limit: string;
}
