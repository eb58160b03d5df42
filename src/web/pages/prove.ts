import type { ProvedAction } from '../../config/proof-ages.ts';
import type { FieldErrors, PageParts, SignedInAs, Throttled, Wrong } from './page.ts';
import type { UpstreamButton } from './upstream.ts';

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
  /** Without one there is no field for it. */
  readonly hasPassword: boolean;
  /** Other providers by which the owner signs in: a form each, to `/account/prove/upstream/<id>`. */
  readonly upstreams: readonly UpstreamButton[];
  readonly problem?: Wrong | Throttled | FieldErrors<{ readonly password: 'missing' }> | undefined;
}
