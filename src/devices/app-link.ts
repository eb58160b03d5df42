import type { Worded } from '../words/worded.ts';

/** A page of an app's maker, which the operator vouches for: its own site, what it does with data, and its terms. */
export interface AppLink {
  readonly kind: 'site' | 'policy' | 'terms';
  /** `https:` */
  readonly address: Worded;
}
