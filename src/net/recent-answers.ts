/** So many are kept at hand. */
const MAX_KEPT = 10_000;
/** An address of IPv6 in its longest form (RFC 4291 section 2.2). Longer texts are no addresses, and are not kept. */
const MAX_LENGTH = 45;

/**
 * Remembers what was found about an address: devices ask again and again from the same one, and to read it takes longer
 * than all that is done with it. What is kept is bounded, whatever addresses an attacker has.
 */
export function recentAnswers<T>(find: (address: string) => T): (address: string) => T {
  const kept = new Map<string, T>();
  return function findOrRecall(address) {
    const known = kept.get(address);
    if (known !== undefined) return known;
    const found = find(address);
    if (address.length > MAX_LENGTH) return found;
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(address, found);
    return found;
  };
}
