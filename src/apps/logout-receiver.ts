/** An app that is told when a sign-in of its people has ended (OpenID Connect Back-Channel Logout 1.0 section 2.2). */
export interface LogoutReceiver {
  readonly clientId: string;
  /** Where it hears. */
  readonly uri: string;
  /** It can make nothing of a notice without `sid`. */
  readonly needsSid: boolean;
}

/** What an app is told: that one of an owner's sign-ins has ended there, or all of them. */
export interface LogoutBody {
  /** Absent: all of them. */
  readonly sid?: string;
}
