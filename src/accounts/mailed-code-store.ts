/**
 * Six-digit codes that were mailed to a person, with what they unlock. The code is kept as an HMAC; a code
 * works once, and tries are counted before they are compared.
 */
export interface MailedCodeStore {
  /** @param ticket what the page holds; the code alone, or the ticket alone, is worth nothing */
  write<T>(
    purpose: string,
    ticket: string,
    entry: { code: string; payload: T; lifetime: number },
  ): Promise<void>;
  /** What a ticket stands for without spending a try, for sending a new code. */
  peek<T>(purpose: string, ticket: string): Promise<T | undefined>;
  spend<T>(purpose: string, ticket: string, code: string, mostTries: number): Promise<MailedCodeTry<T>>;
}

export type MailedCodeTry<T> =
  | { outcome: 'right'; payload: T }
  | { outcome: 'wrong'; triesLeft: number }
  | { outcome: 'gone' };
