import type { Worded } from '../words/worded.ts';

/** An app asks that its user be signed out here too (OpenID Connect RP-Initiated Logout 1.0). */
export interface AppSignOut {
  /** @returns what is wrong with the request, for those who build the app, or what it asks for */
  read(request: SignOutRequest): Promise<AskedSignOut | { readonly error: string }>;
}

/** As the app has sent it. */
export interface SignOutRequest {
  readonly idTokenHint: string | undefined;
  readonly clientId: string | undefined;
  readonly redirectUri: string | undefined;
  readonly state: string | undefined;
}

export interface AskedSignOut {
  /** `undefined`: the request does not say which app it is. */
  readonly appName: Worded | undefined;
  /** Where the app wants its user back: a registered address of it, with its state. */
  readonly goOn: string | undefined;
  /** The app registered itself, and its site has to be named first; no `site`: a program on the owner's own machine. */
  readonly unseen?: { readonly site: string | undefined } | undefined;
}
