/** What waits for the code that was mailed to a new account's email. */
export type PendingSignUp = {
  /** Of the browser that asked. */
  readonly language?: string | undefined;
} & (
  | {
      taken: false;
      name: string;
      email: string;
      /** Absent for a person whom another provider has proved. */
      passwordHash?: string | undefined;
      invitation?: string | undefined;
      origin?: SignUpOrigin | undefined;
    }
  /** There is an account with this email: its owner was told so by mail, and no code leads anywhere. */
  | { taken: true; email: string }
);

/** Who the new owner is at another provider, which signs them in from then on. */
export interface SignUpOrigin {
  /** Id of its entry. */
  readonly upstream: string;
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | undefined;
  readonly sid: string | undefined;
}
