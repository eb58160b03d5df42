/** What one server does at a time, of all that share a store. */
export interface TurnRecords {
  /** `true` for exactly one caller. @param lifetime milliseconds */
  claim(kind: string, id: string, lifetime: number): Promise<boolean>;
  remove(kind: string, id: string): Promise<void>;
}

/** After so many milliseconds the turn of a server that has died is free again. */
const TURN_MS = 10_000;

/** @returns `undefined`: another has the turn, and nothing was begun */
export async function inTurn<Done>(
  records: TurnRecords,
  [kind, name]: readonly [kind: string, name: string],
  work: () => Promise<Done>,
): Promise<Done | undefined> {
  if (!(await records.claim(kind, name, TURN_MS))) return undefined;
  try {
    return await work();
  } finally {
    await records.remove(kind, name).catch(() => undefined);
  }
}
