import type { EmailError } from '../../account-changes/email-change.ts';
import type { PasswordError, PasswordRole } from '../../accounts/password-rules.ts';
import type { AccountParts, AccountRow } from './account.ts';
import type { CodeFields, TooManyTries } from './accounts.ts';
import type { FieldErrors, PageParts, Throttled, Wrong } from './page.ts';
import type { SafetyStep } from './security-source.ts';

/** `/account/security`: everything about signing in, in one place. */
export interface SecurityView extends AccountParts {
  readonly page: 'security';
  readonly rows: readonly AccountRow[];
  /** The most important step that would make the account safer; `undefined`: none is left. */
  readonly next: SafetyStep | undefined;
}

/** `/account/settings/name`; field `name`. */
export interface NameView extends AccountParts {
  readonly page: 'name';
  readonly name: string;
  readonly problem?: FieldErrors<{ readonly name: 'missing' | 'too-long' }> | undefined;
}

/** `/account/settings/email`; field `email`. */
export interface EmailView extends AccountParts {
  readonly page: 'email';
  /** What was typed. */
  readonly email: string;
  readonly problem?: Throttled | FieldErrors<{ readonly email: EmailError }> | undefined;
}

/**
 * The code that was mailed in the middle of a change; fields `code`, `ticket`. A second form posts `ticket` to the
 * address for a new code.
 */
export interface ChangeCodeView extends AccountParts {
  readonly page: 'change-code';
  readonly changes: 'password' | 'email';
  readonly ticket: string;
  /** Where the code went. */
  readonly email: string;
  /** Development only: where the mail can be read. */
  readonly outboxLink: boolean;
  readonly problem?: Wrong | TooManyTries | Throttled | CodeFields | undefined;
}

/** The new password; fields `password`, `pass`. */
export interface NewPasswordView extends PageParts {
  readonly page: 'new-password';
  /** Where the form goes. */
  readonly action: string;
  /** That its reader may choose one; opaque to the page. */
  readonly pass: string;
  /** Whose password it is. */
  readonly email: string;
  readonly role: PasswordRole;
  /** Of the password that was refused, 0 to 4 of 4. */
  readonly strength?: number | undefined;
  readonly problem?: FieldErrors<{ readonly password: PasswordError }> | undefined;
}

/** What a new password has ended. */
export interface PasswordChangedView extends AccountParts {
  readonly page: 'password-changed';
  readonly grants: number;
  readonly browsers: number;
  readonly strength: number;
}
