/** One thing in an index. */
export interface IndexRow {
  /** Opens nothing. */
  readonly id: string;
  /** When it was made, milliseconds since 1970. */
  readonly at: number;
}

export interface IndexPage {
  /** The last row that was seen; absent at the beginning. */
  readonly after?: IndexRow;
  /** Made from here on, and before there. */
  readonly from?: number;
  readonly to?: number;
  readonly most: number;
}

/**
 * Which things there are, the newest first, for lists alone: it decides nothing. A row is written before what it names may
 * act, so that a crash leaves a row that leads nowhere, and never a thing without one.
 */
export interface RowIndex {
  page(page: IndexPage): Promise<IndexRow[]>;
  /** A row that leads nowhere; one so young that what it names may be on its way stays. */
  drop(row: IndexRow): Promise<void>;
}

/** Milliseconds after which what is not there is on its way no more. */
export const SURELY_MADE = 3_600_000;
