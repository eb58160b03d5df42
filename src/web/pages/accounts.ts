import type { PasswordError } from '../../accounts/password-rules.ts';
import type { ExpiredForm, FieldErrors, PageParts, Throttled, Wrong } from './page.ts';
import type { UpstreamButton } from './upstream.ts';

/** `/`: what this server is, for a visitor who is not signed in. */
export interface WelcomeView extends PageParts {
  readonly page: 'welcome';
  readonly signUpOpen: boolean;
  /** The server is there to be tried: the page leads to what plays a device. */
  readonly development?: boolean | undefined;
}

type SignInFields = FieldErrors<{
  readonly email?: 'missing' | undefined;
  readonly password?: 'missing' | undefined;
}>;

/** `/sign-in`; fields `email`, `password`, `return_to`. */
export interface SignInView extends PageParts {
  readonly page: 'sign-in';
  /** What the person typed, so that they need not type it again. */
  readonly email?: string | undefined;
  /** A path of this server, already checked by the route. */
  readonly returnTo?: string | undefined;
  /** The person comes from linking a device, so say that this is where it goes on. */
  readonly linkingDevice?: boolean | undefined;
  /** The person comes from an app of this name. */
  readonly app?: string | undefined;
  readonly signUpOpen: boolean;
  /** Owners come by providers and passkeys alone: there are no fields. */
  readonly withoutPasswords?: boolean | undefined;
  /** Other providers by which one may sign in. */
  readonly upstreams?: readonly UpstreamButton[] | undefined;
  /** Whether the page leads to signing in with a passkey. */
  readonly passkeys?: boolean | undefined;
  /** Ask for the second step in a browser that is trusted, too. */
  readonly bothSteps?: boolean | undefined;
  readonly problem?: Wrong | Throttled | ExpiredForm | SignInFields | undefined;
}

type SignUpFields = FieldErrors<{
  readonly name?: 'missing' | 'too-long' | undefined;
  readonly email?: 'missing' | 'malformed' | undefined;
  readonly password?: PasswordError | undefined;
}>;

/** `/sign-up`; fields `name`, `email`, `password`, `return_to`, `invitation`. With `open: false` there is no form. */
export interface SignUpView extends PageParts {
  readonly page: 'sign-up';
  readonly open: boolean;
  /** Why there is no form. Where it is left out, the server is closed to new accounts. */
  readonly why?: 'by-invitation' | 'invitation-gone' | undefined;
  /** Token of the invitation that the person has come with, while it is good. */
  readonly invitation?: string | undefined;
  /** The invitation is for this email and no other: it is not asked for. */
  readonly invitedEmail?: string | undefined;
  /** No passwords are taken: in place of the form there are the providers. */
  readonly withoutPasswords?: boolean | undefined;
  readonly upstreams?: readonly UpstreamButton[] | undefined;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly returnTo?: string | undefined;
  readonly linkingDevice?: boolean | undefined;
  /** Of the password that was refused, 0 to 4 of 4. */
  readonly strength?: number | undefined;
  readonly problem?: Throttled | ExpiredForm | SignUpFields | undefined;
}

/** The mailed code is used up by wrong tries; only a new one helps. */
export interface TooManyTries {
  readonly kind: 'too-many-tries';
}

export type CodeFields = FieldErrors<{ readonly code: 'malformed' }>;

export interface MailedCode extends PageParts {
  /** Names the pending sign-up or sign-in; opaque to the page. */
  readonly ticket: string;
  readonly email: string;
  /** Where the browser goes on afterwards: a path of this server, checked by the route. */
  readonly returnTo?: string | undefined;
  /** Development only: where the mail can be read. */
  readonly outboxLink: boolean;
  readonly problem?: Wrong | TooManyTries | Throttled | ExpiredForm | CodeFields | undefined;
}

/** `/sign-up/code`; fields `code`, `ticket` to `/sign-up/confirm`; a second form posts `ticket` to `/sign-up/resend`. */
export interface ConfirmEmailView extends MailedCode {
  readonly page: 'confirm-email';
}

/**
 * `/sign-in/code`; fields `code`, `ticket`, to `/sign-in/confirm`. Shown while a stranger has been trying passwords for the account,
 * whether or not the password was right, so that the page tells a stranger nothing.
 */
export interface ConfirmSignInView extends MailedCode {
  readonly page: 'confirm-sign-in';
}
