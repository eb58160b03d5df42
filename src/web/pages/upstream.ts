/** Other OpenID providers, on the pages by which owners sign in and on those of their account. */
import type { AccountParts } from './account.ts';
import type { PageParts, Throttled } from './page.ts';

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
  /** Whether it was about linking it: that goes on in the account. */
  readonly isLinking: boolean;
  /** Where the other ways are: a path of ours. */
  readonly back: string;
  readonly problem?: Throttled | undefined;
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
