import type { AppLink } from '../devices/app-link.ts';
import type { ScopeWords } from '../devices/asked-resource.ts';
import type { EventPlace } from '../events/event.ts';
import type { Worded } from '../words/worded.ts';
import type { Owner } from './consent.ts';

/** What the owner sees of the apps that have access, and takes back. */
export interface AppAccess {
  /** The one used last comes first. */
  list(owner: Owner): Promise<ConnectedApp[]>;
  /** `undefined` when the owner has no such app. */
  find(owner: Owner, id: string): Promise<ConnectedApp | undefined>;
  /**
   * From now on the app may do no more than what is in `kept`, also with the tokens it has.
   * `undefined`: the owner has no such app.
   */
  narrow(
    owner: Owner,
    id: string,
    kept: readonly string[],
    place: EventPlace,
  ): Promise<'narrowed' | 'unchanged' | undefined>;
  /**
   * Takes its access away, in every browser: all its tokens are dead once this has returned.
   * `undefined`: the owner has no such app.
   */
  remove(owner: Owner, id: string, place: EventPlace): Promise<ConnectedApp | undefined>;
  /** The same by the operator's hand. */
  removeFor(owner: Owner, id: string): Promise<ConnectedApp | undefined>;
}

export interface ConnectedApp {
  /** Names it among the apps of its owner; opens nothing. */
  readonly id: string;
  readonly name: Worded;
  /** In BRAND_DIR; of an app that the operator knows. */
  readonly logoFile: string | undefined;
  readonly links: readonly AppLink[];
  readonly scopes: readonly string[];
  readonly words: ScopeWords;
  /** milliseconds since 1970, as `used` */
  readonly since: number;
  readonly used: number;
  /** When the operator ended what the app has: it may do nothing any more. `undefined`: it may act. */
  readonly endedAt?: number | undefined;
}
