/** Which entries of LATCHKEY_SECRET what is kept was written with, and how it is written anew under the first one. */

/** What lies under one entry. */
export interface RecordsOfSecret {
  /** Six characters that everything carries which was made with it. */
  readonly name: string;
  /** Its place in the list, from 1; absent: it is not in the list. */
  readonly entry?: number | undefined;
  /** What is rewritten, by kind. */
  readonly kept: Readonly<Record<string, number>>;
  /** What leaves by time, by kind; milliseconds since 1970 of the last. */
  readonly leaving: Readonly<Record<string, { readonly count: number; readonly until: number }>>;
}

export interface RewriteProgress {
  /** Looked at so far. */
  readonly accounts: number;
  /** Of them, and of clients, so many had something that was rewritten. */
  readonly rewritten: number;
}

export interface SecretRecords {
  /** Looks at everything. @throws StoreUnavailable */
  census(onProgress: (accounts: number) => void): Promise<readonly RecordsOfSecret[]>;
  /**
   * Writes everything anew that can be. May be cut off and repeated, beside servers that run.
   * @param rate accounts in a second at most
   * @throws StoreUnavailable
   */
  rewrite(rate: number, onProgress: (progress: RewriteProgress) => void): Promise<RewriteProgress>;
  /** Names of secrets under which servers have written, and which may still be needed. */
  needed(): Promise<readonly string[]>;
  /** This secret is needed no more: a server starts without it. */
  settle(name: string): Promise<void>;
}

/** They tell something, and nothing is lost with them. */
const MAY_BE_LOST = new Set(['SecretUse', 'Job', 'Attempts', 'Approvals', 'UsedPush', 'NotMe']);

/** Whether a secret may leave the list, and what is lost with it before a time. */
interface Standing {
  /** How many records an account, a client or a device could not be opened without. */
  readonly kept: number;
  /** Milliseconds since 1970; absent: nothing is waited for. */
  readonly until?: number;
}

export function standingOf({ kept, leaving }: RecordsOfSecret, now: number): Standing {
  const waited = Object.entries(leaving).filter(([kind, { until }]) => !MAY_BE_LOST.has(kind) && until > now);
  const until = Math.max(...waited.map(([, one]) => one.until));
  return {
    kept: Object.values(kept).reduce((sum, count) => sum + count, 0),
    ...(waited.length > 0 && { until }),
  };
}

/** A server starts without those under which nothing is kept. @returns their names */
export async function settleUnneeded(
  secrets: Pick<SecretRecords, 'needed' | 'settle'>,
  records: readonly RecordsOfSecret[],
): Promise<string[]> {
  const needed = await secrets.needed();
  const free = records.filter(
    (one) => one.entry !== 1 && needed.includes(one.name) && standingOf(one, 0).kept === 0,
  );
  for (const { name } of free) await secrets.settle(name);
  return free.map(({ name }) => name);
}
