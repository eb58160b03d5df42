import type { FieldErrors, PageParts, Throttled, Wrong } from './page.ts';
import type { SecondStepKind } from './second-step.ts';

/** `/sign-in/second-step/recovery`; with the code from the mail the field `code`. */
export interface RecoveryView extends PageParts {
  readonly page: 'recovery';
  /** Whose account it is. */
  readonly email: string;
  /** `ask`: it has not been asked for yet; `waits`; `open`: a code can be mailed; `code`: it is on its way. */
  readonly state: 'ask' | 'waits' | 'open' | 'code';
  /** How long the wait is that would begin now. */
  readonly waitSeconds: number;
  /** From when on, and until when, the second step can be removed; only where it was asked for. */
  readonly opensAt?: Date | undefined;
  readonly until?: Date | undefined;
  /** What the account has: one of these is better than a wait. */
  readonly ways: readonly SecondStepKind[];
  /** Development only: where the mail can be read. */
  readonly outboxLink: boolean;
  readonly problem?:
    | Wrong
    | Throttled
    | FieldErrors<{ readonly code: 'malformed' }>
    | { readonly kind: 'too-many-tries' }
    | undefined;
}
