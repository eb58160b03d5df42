/** What waits for the code that was mailed to a new account's email. */
export type PendingSignUp = {
  /** Of the browser that asked. */
  readonly language?: string | undefined;
} & (
  | { taken: false; name: string; email: string; passwordHash: string; invitation?: string | undefined }
  /** There is an account with this email: its owner was told so by mail, and no code leads anywhere. */
  | { taken: true; email: string }
);
