import type { Listed } from '../../admin/listing.ts';
import type { IndexRow } from '../../admin/row-index.ts';

/** Page after page, up to so many. @returns whether there are more */
export async function upTo<T>(
  most: number,
  pageAfter: (after: IndexRow | undefined) => Promise<Listed<T>>,
): Promise<{ found: T[]; more: boolean }> {
  const found: T[] = [];
  let after: IndexRow | undefined;
  do {
    const page = await pageAfter(after);
    found.push(...page.found);
    after = page.next;
  } while (after && found.length < most);
  return { found: found.slice(0, most), more: after !== undefined };
}
