import type { IndexPage, IndexRow, RowIndex } from './row-index.ts';

/** Rows that are looked at together, where not each of them is wanted. */
const AT_ONCE = 100;
/** What one call opens at most: names are sealed, so that to search is to open each. With them a page is there in 100 ms. */
const MAX_OPENED = 2000;
const MAX_MS = 60;

interface Listing<T> {
  readonly index: RowIndex;
  /** Between which times. */
  readonly times: Pick<IndexPage, 'from' | 'to'>;
  /** What the row leads to; `undefined`: nothing. */
  readonly open: (row: IndexRow) => Promise<T | undefined>;
  /** Absent: each is wanted. */
  readonly wanted?: ((thing: T) => boolean | Promise<boolean>) | undefined;
  readonly now: () => number;
}

export interface Listed<T> {
  readonly found: readonly T[];
  /** Where the next page begins; `undefined`: there is none. A page may be empty and have a next one. */
  readonly next: IndexRow | undefined;
}

/** A page of what an index leads to, the newest first. Rows that lead nowhere leave it. */
export async function listed<T>(
  { index, times, open, wanted, now }: Listing<T>,
  after: IndexRow | undefined,
  limit: number,
): Promise<Listed<T>> {
  const found: T[] = [];
  const began = now();
  let last = after;
  let longest = 0;
  // One more round of the same length has to fit.
  for (let opened = 0; opened < MAX_OPENED && now() - began + longest < MAX_MS; ) {
    const begins = now();
    const most = wanted ? AT_ONCE : limit - found.length + 1;
    const rows = await index.page({ ...(last && { after: last }), ...times, most });
    const things = await Promise.all(rows.map(open));
    const dead = rows.filter((_row, place) => things[place] === undefined);
    await Promise.all(dead.map((row) => index.drop(row)));
    opened += rows.length;
    const fit = await Promise.all(
      things.map(async (thing) => thing !== undefined && ((await wanted?.(thing)) ?? true)),
    );
    for (const [place, thing] of things.entries()) {
      // One more than fits on the page says that there is another page.
      if (fit[place] && found.length === limit) return { found, next: last };
      if (fit[place] && thing !== undefined) found.push(thing);
      last = rows[place] ?? last;
    }
    if (rows.length < most) return { found, next: undefined };
    longest = Math.max(longest, now() - begins);
  }
  return { found, next: last };
}
