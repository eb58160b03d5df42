/** Other OpenID providers, on the pages by which owners sign in and on those of their account. */
import type { AccountParts } from './account.ts';
import type { MailedCode } from './accounts.ts';
import type { FieldErrors, PageParts, Throttled } from './page.ts';

/** A button of the page for signing in: a form that posts to `/sign-in/upstream/<id>`. */
export interface UpstreamButton {
  readonly id: string;
  readonly name: string;
}

/** Why nothing came of going to a provider; each is `accounts.upstream.<kind>` and `accounts.upstream.<kind>-why`. */
export type UpstreamFailure = 'down' | 'refused' | 'gone' | 'unknown' | 'taken' | 'another' | 'stale';

/** `/sign-in/upstream/<id>`: nothing came of it, and where it goes on. */
export interface UpstreamView extends PageParts {
  readonly page: 'upstream';
  /** Its name. */
  readonly provider: string;
  /** Absent where a limit was met. */
  readonly failure: UpstreamFailure | undefined;
  /** Where an owner signs in as usual and links it; `createAt`: where a new account is created by it. */
  readonly linkAt?: string | undefined;
  readonly createAt?: string | undefined;
  /** Where a code is asked for that is mailed to an email of which the provider is believed: a form. */
  readonly mailAt?: string | undefined;
  readonly mailTo?: string | undefined;
  /** Whether it was about linking it: that goes on in the account. */
  readonly isLinking: boolean;
  /** Where the other ways are: a path of ours. */
  readonly back: string;
  readonly problem?: Throttled | undefined;
}

/** `/sign-in/upstream/<id>/new`: an account for who is unknown here; fields `name`, `email`. */
export interface UpstreamSignUpView extends PageParts {
  readonly page: 'upstream-sign-up';
  readonly provider: string;
  readonly action: string;
  readonly name: string | undefined;
  readonly email: string | undefined;
  /** The only one with which the account may be created. */
  readonly invitedEmail?: string | undefined;
  /** The provider is believed about the email: no code is mailed for it. */
  readonly isVouched?: boolean | undefined;
  readonly problem?:
    | Throttled
    | FieldErrors<{
        readonly name?: 'missing' | 'too-long' | undefined;
        readonly email?: 'missing' | 'malformed' | undefined;
      }>
    | undefined;
}

/** `/sign-in/upstream/<id>/code`; fields `code`, `ticket`: whether or not an account has the email. */
export interface UpstreamCodeView extends MailedCode {
  readonly page: 'upstream-code';
  readonly provider: string;
  readonly action: string;
}

/** `/account/security/upstream/<id>/found`: to be linked with the account of who has signed in since. */
export interface UpstreamFoundView extends AccountParts {
  readonly page: 'upstream-found';
  readonly provider: string;
  readonly action: string;
  /** As the provider said. */
  readonly email: string | undefined;
}

interface UpstreamRow extends UpstreamButton {
  /** As the provider said; `undefined`: it said none, or nothing is linked. */
  readonly email: string | undefined;
  readonly since: Date | undefined;
}

/** `/account/security/upstream`: which providers sign their owner in; forms to `…/<id>/link` and `…/<id>/unlink`. */
export interface UpstreamLinksView extends AccountParts {
  readonly page: 'upstream-links';
  readonly rows: readonly UpstreamRow[];
  /** Of which it was said that it is the only way in, and that it stays. */
  readonly last?: string | undefined;
}
