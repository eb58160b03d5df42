/** So many of each of two generations, … */
const MAX_KEPT = 1024;
/** … none longer than this, as it is kept in the store: 4 MB at most. */
const MAX_LENGTH = 1024;

/**
 * What sealed texts said that were opened of late: an API asks about the same token again and again, and opening what its
 * grant says costs more than looking for it. A blob says the same for ever, and only at its place, so nothing has to be
 * taken out when a grant changes: it is sealed anew then. Texts, and no objects: one reader cannot change what another reads.
 */
export class KeptTexts {
  #recent = new Map<string, { place: string; text: string }>();
  #older = new Map<string, { place: string; text: string }>();

  /** @param open asked for what is not at hand */
  read(place: string, sealed: string, open: () => string | undefined): string | undefined {
    const recent = this.#recent.get(sealed);
    if (recent?.place === place) return recent.text;
    const older = this.#older.get(sealed);
    const text = older?.place === place ? older.text : open();
    if (text !== undefined && sealed.length <= MAX_LENGTH) this.#keep(sealed, { place, text });
    return text;
  }

  #keep(sealed: string, kept: { place: string; text: string }): void {
    if (this.#recent.size >= MAX_KEPT) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(sealed, kept);
  }
}
