/** A mail of ours: text in lines of at most 76 characters where words allow, and the same in HTML. */
export interface Mail {
  /** Which mail it is. It names it where its subject must not stand, since that may hold a code. */
  template: string;
  to: string;
  subject: string;
  text: string;
  /** Of a text message, which development keeps beside mails, there is none. */
  html?: string;
  /** `List-Id` of the mails of which it is one (RFC 2919), for filters of its reader. */
  listId?: string;
  /** Without angle brackets. A mail that is sent again carries the same, so that readers show it once. */
  messageId?: string;
}

export interface Mailer {
  /** Resolves when the mail has been taken over by the server that delivers it; rejects when it has not. */
  send(mail: Mail): Promise<void>;
}
