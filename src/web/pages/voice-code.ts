import type { VoiceCodeError } from '../../voice-code/voice-code.ts';
import type { AccountParts } from './account.ts';
import type { FieldErrors } from './page.ts';

/** `/account/security/voice-code`; field `voice_code`, or none to unlock or remove it. */
export interface VoiceCodeView extends AccountParts {
  readonly page: 'voice-code';
  /** `undefined`: none is set. The code itself is never shown. */
  readonly code: { readonly since: Date; readonly isLocked: boolean } | undefined;
  readonly now: Date;
  readonly problem?: FieldErrors<{ readonly voice_code: VoiceCodeError }> | undefined;
}
