import type { ProvedAction } from '../../config/proof-ages.ts';
import type { FieldErrors, PageParts, SignedInAs, Throttled, Wrong } from './page.ts';

/** Shown in place of what was asked for, until the owner has proved who they are; fields `password`, `held`. */
export interface ProveView extends PageParts {
  readonly page: 'prove';
  readonly signedInAs: SignedInAs;
  /** What goes on afterwards. */
  readonly action: ProvedAction;
  /** To the page for signing in again, for an owner who has no password at hand: that is a fresh proof as well. */
  readonly signInAgain: string;
  /** What was asked for; opaque to the page. */
  readonly held: string;
  readonly problem?: Wrong | Throttled | FieldErrors<{ readonly password: 'missing' }> | undefined;
}
