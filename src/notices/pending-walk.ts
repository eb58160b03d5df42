/** Accounts that are read at once. */
const PAGE = 200;
const AT_ONCE = 20;

/**
 * Goes through the accounts that are pending, each once, although the pages move while they are read.
 * @param page reads so many from there on
 */
export async function walkPending<Pending extends { readonly accountId: string }>(
  page: (from: number, most: number) => Promise<Pending[]>,
  visit: (pending: Pending) => Promise<void>,
): Promise<void> {
  const seen = new Set<string>();
  for (let from = 0; ; from += PAGE) {
    const found = await page(from, PAGE);
    const fresh = found.filter(({ accountId }) => !seen.has(accountId));
    for (const { accountId } of fresh) seen.add(accountId);
    for (let first = 0; first < fresh.length; first += AT_ONCE)
      await Promise.all(fresh.slice(first, first + AT_ONCE).map(visit));
    if (found.length < PAGE) return;
  }
}
