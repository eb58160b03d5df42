import type { ExpiredForm, FieldErrors, PageParts, Throttled, Wrong } from './page.ts';

/** What the second step can be proved with, in the order in which it is offered. */
export const SECOND_STEPS = ['totp', 'passkey', 'phone', 'backup-codes'] as const;
export type SecondStepKind = (typeof SECOND_STEPS)[number];

/** What a script of ours hands to the browser: as JSON, and the sealed challenge that comes back with the answer. */
export interface PasskeyPrompt {
  readonly options: string;
  readonly challenge: string;
}

type SecondStepFields = FieldErrors<{
  readonly code: 'not-six' | 'not-a-backup-code';
}>;

/** `/sign-in/second-step`; fields `with`, `code`, `trust`; of a passkey `response`, `challenge`. */
export interface SecondStepView extends PageParts {
  readonly page: 'second-step';
  /** In a browser that is signed in: what goes on afterwards, opaque to the page. */
  readonly held?: string | undefined;
  /** Where the browser goes on after signing in: a path of this server, checked by the route. */
  readonly returnTo?: string | undefined;
  /** Whose account it is. */
  readonly email: string;
  readonly chosen: SecondStepKind;
  /** What else the account has. */
  readonly others: readonly SecondStepKind[];
  /** Masked; of the backup phone. */
  readonly phone?: string | undefined;
  /** A code is on its way to the phone. */
  readonly sent?: boolean | undefined;
  /** Development only: where the text message can be read. */
  readonly outboxLink: boolean;
  readonly passkey?: PasskeyPrompt | undefined;
  readonly problem?:
    | Wrong
    | Throttled
    | ExpiredForm
    | SecondStepFields
    | { readonly kind: 'too-many-tries' }
    | undefined;
}

/** `/sign-in/passkey`; fields `response`, `challenge`, `return_to`. Without `passkey` this server has none. */
export interface PasskeySignInView extends PageParts {
  readonly page: 'sign-in-passkey';
  /** Owners come by providers and passkeys alone. */
  readonly withoutPasswords?: boolean | undefined;
  readonly returnTo: string;
  readonly passkey: PasskeyPrompt | undefined;
  readonly problem?: Wrong | ExpiredForm | undefined;
}
