/** What comes of creating an account, step by step, and what is known of it meanwhile. */
import type { JudgedForm, NewAccountForm } from '../accounts/new-account-form.ts';
import type { LimitName } from '../limits/limits.ts';
import type { SignUpOrigin } from './pending-sign-up.ts';
import type { CreatedSession } from './session-creation.ts';

export type StartOutcome =
  | { outcome: 'closed' }
  | ({ outcome: 'errors' } & JudgedForm)
  | { outcome: 'wait'; milliseconds: number; limit: LimitName }
  /** Whether or not the email has an account already. */
  | { outcome: 'mailed'; ticket: string; email: string };

export type ResendOutcome =
  | { outcome: 'mailed' }
  | { outcome: 'wait'; milliseconds: number; limit: LimitName }
  /** The ticket is too old, used, or not one of ours: begin again. */
  | { outcome: 'gone' };

export type ConfirmSignUpOutcome =
  | ({ outcome: 'signed-in'; returnTo: string } & CreatedSession)
  | { outcome: 'wrong' | 'too-many-tries' }
  /** Another sign-up has confirmed an account with this email since. */
  | { outcome: 'taken'; returnTo: string }
  | { outcome: 'gone' | 'closed' };

export type CreateLinkedOutcome =
  | Extract<ConfirmSignUpOutcome, { outcome: 'signed-in' }>
  | { outcome: 'taken' }
  | Extract<StartOutcome, { outcome: 'wait' }>;

export interface KnownForm extends Omit<NewAccountForm, 'password'> {
  readonly password?: string;
  readonly language?: string;
  readonly invitation?: string | undefined;
  readonly origin?: SignUpOrigin;
}
