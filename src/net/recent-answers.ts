/** So many are kept at hand. */
const MAX_KEPT = 10_000;
/** An address of IPv6 in its longest form (RFC 4291 section 2.2). Longer texts are no addresses, and are not kept. */
const MAX_LENGTH = 45;

/**
 * Remembers what was found about a text, such as an address: devices ask again and again with the same one, and to read it
 * takes longer than all that is done with it. What is kept is bounded, whatever texts an attacker has.
 * @param longest texts that are longer are not kept
 */
export function recentAnswers<T>(find: (text: string) => T, longest = MAX_LENGTH): (text: string) => T {
  const kept = new Map<string, T>();
  return function findOrRecall(text) {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const found = find(text);
    if (text.length > longest) return found;
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(text, found);
    return found;
  };
}
