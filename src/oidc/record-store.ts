/**
 * Sealed records by kind and id, for the models of the library that have no authority of their own.
 */
export interface RecordStore {
  /** The name a record of this id is kept under; names it towards others without opening anything. */
  nameOf(kind: string, id: string): string;
  /** @param lifetime milliseconds; `undefined`: no end */
  write(kind: string, id: string, payload: unknown, lifetime?: number): Promise<string>;
  find<T>(kind: string, id: string): Promise<{ name: string; payload: T; consumed: boolean } | undefined>;
  /** Marks for so many milliseconds that something was used; `true` for exactly one caller. */
  claim(kind: string, id: string, lifetime: number): Promise<boolean>;
  /** `true` for exactly one caller. */
  consume(kind: string, id: string): Promise<boolean>;
  /** A record lives no longer than this from now on. @param name as `nameOf` tells it; @param lifetime milliseconds */
  shorten(kind: string, name: string, lifetime: number): Promise<void>;
  remove(kind: string, id: string): Promise<void>;
}
