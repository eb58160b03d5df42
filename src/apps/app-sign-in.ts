import type { Session } from '../accounts/session.ts';
import type { AppLink } from '../devices/app-link.ts';
import type { ScopeWords } from '../devices/asked-resource.ts';
import type { EventPlace } from '../events/event.ts';
import type { Worded } from '../words/worded.ts';

/** What gives an app an access that outlives the browser (OpenID Connect Core section 11). */
export const LASTING_SCOPE = 'offline_access';

/** An app wants to know who its user is. The protocol waits for what this owner does and says on our pages. */
export interface AppSignIn {
  /**
   * @param browser that is signed in
   * @returns `undefined`: there is no such request, or it has waited too long
   */
  find(uid: string, browser: Session | undefined): Promise<WaitingSignIn | undefined>;
  /** The browser is signed in as the request wants it, or `'again'` when its proof will not do. */
  signedIn(uid: string, browser: Session): Promise<GoOn | 'again' | 'gone'>;
  /**
   * The owner allows what is in `allowed`, and refuses the rest of what is asked. With `LASTING_SCOPE` among it the app
   * keeps its access when this browser is gone: the caller has seen a fresh proof of who the owner is. `'signed-out'`: the owner has
   * signed out of everything since this browser proved who they are.
   */
  allow(
    uid: string,
    browser: Session,
    allowed: readonly string[],
    place: EventPlace,
  ): Promise<GoOn | 'gone' | 'signed-out'>;
  /** The owner wants the app to know nothing. */
  deny(uid: string): Promise<GoOn | 'gone'>;
}

/** Where the browser goes on: a path of ours, from which the protocol answers the app. */
export interface GoOn {
  readonly path: string;
}

export interface WaitingSignIn {
  readonly uid: string;
  /** What the owner has to do next. `link-device`: the app sets up a device, see `CompanionLinking`. */
  readonly step: 'sign-in' | 'consent' | 'link-device';
  readonly app: App;
  /** The address at which the app wants the answer; one of those it is registered with. */
  readonly redirectUri: string;
  /** Whom the app expects (`login_hint`), as it wrote it. */
  readonly loginHint: string | undefined;
  /** In which languages the app wants its people asked (`ui_locales`), as it wrote it. */
  readonly languages: string | undefined;
  /** The app asks for both steps of the account's sign-in (`acr_values`). */
  readonly bothSteps: boolean;
  /** uid of the browser that was signed in when the request came. */
  readonly browser: string | undefined;
  /** And the APIs at which it wants to act: see `resourceEntry`. */
  readonly scopes: readonly AskedScope[];
  readonly words: ScopeWords;
  /**
   * For how many days at most the app goes on once the browser is signed out; `undefined`: it asks for no such
   * access (`offline_access`), and what it gets ends with the browser's sign-in.
   */
  readonly longestDays: number | undefined;
}

interface App {
  readonly name: Worded;
  /** In BRAND_DIR; of an app that the operator knows. */
  readonly logoFile: string | undefined;
  readonly links: readonly AppLink[];
  /** Its answer goes to a program on the owner's own machine, which the server cannot tell from another. */
  readonly local: boolean;
  /** It registered itself: no operator has looked at it. */
  readonly unverified: boolean;
}

export interface AskedScope {
  readonly scope: string;
  /** How the owner answered the last time; `undefined`: never asked, or taken back since. */
  readonly before: 'granted' | 'refused' | undefined;
}
