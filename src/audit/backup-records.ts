/** What a copy of the store holds, and whether it opens. */

interface OpenedKind {
  readonly opened: number;
  /** Those that did not open: made with another secret, or damaged. */
  readonly closed: number;
}

export interface BackupRecords {
  readonly accounts: number;
  /** By kind, only those of which there are some. */
  readonly kinds: Readonly<Record<string, OpenedKind>>;
  /** When the newest event of any account was, milliseconds since 1970. */
  readonly newest: number | undefined;
  /** Names of secrets that are not in the list, and under which something lies. */
  readonly lacking: readonly string[];
}

export interface BackupExamination {
  /** Opens everything. @throws StoreUnavailable */
  examine(): Promise<BackupRecords>;
}
