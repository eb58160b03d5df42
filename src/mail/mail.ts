/** A mail of ours: plain text, lines of at most 76 characters where words allow. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  /** The same in HTML, where there is more than a few lines to it. */
  html?: string;
  /** Without angle brackets. A mail that is sent again carries the same, so that readers show it once. */
  messageId?: string;
}

export interface Mailer {
  /** Resolves when the mail has been taken over by the server that delivers it; rejects when it has not. */
  send(mail: Mail): Promise<void>;
}
