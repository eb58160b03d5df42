/**
 * Encrypts what leaves this server and comes back: tickets in forms, values of cookies. What was sealed for
 * one place opens at no other, and nothing that others made or altered opens at all.
 */
export interface Sealing {
  seal(place: string, value: unknown): string;
  open<T>(place: string, sealed: string): T | undefined;
}
