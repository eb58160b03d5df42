/** What the operator does to a client. It is written by the same script as the change, so neither is ever without the other. */
export type ClientEventKind =
  | 'client-created'
  | 'client-updated'
  | 'client-secret-rotated'
  | 'client-disabled'
  | 'client-enabled'
  | 'client-ended'
  | 'client-deleted';

export interface ClientEventEntry {
  /** Orders entries. */
  readonly id: string;
  /** Milliseconds since 1970, by the store's clock. */
  readonly at: number;
  readonly kind: ClientEventKind;
  readonly clientId: string;
}
