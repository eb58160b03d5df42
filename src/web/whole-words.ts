/** A word of more than this has more letters than the narrowest phone has room for in a heading. */
const MAX_WHOLE = 17;

const HEADING = /<h1\b[^>]*>.*?<\/h1>/gs;
const BETWEEN_TAGS = /(?<=>)[^<>]+(?=<)/g;
const WITH_HYPHEN = /\S*\p{L}-[\p{L}\p{N}]\S*/gu;

/**
 * The page, with each word of its heading that has a hyphen (*Living-room TV*) in one line. No letter is another: what is
 * copied from the page or searched on it is the name.
 */
export function withWholeWords(html: string): string {
  return html.replace(HEADING, (heading) =>
    heading.replace(BETWEEN_TAGS, (words) =>
      words.replace(WITH_HYPHEN, (word) =>
        word.length > MAX_WHOLE ? word : `<span class="whole">${word}</span>`,
      ),
    ),
  );
}
