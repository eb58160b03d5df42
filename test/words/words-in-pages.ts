/** Words that are in no catalogue. */

/** Attributes that are read to people. */
const READ = /\s(?:aria-label|title|alt|placeholder|label)="([^"]*)"/g;
/** In the code of a template, a string that is for people: a capital and more, or a sentence. */
const SENTENCE = /^[A-Z][a-z’]+|[a-z’]+ [a-z’]+ [a-z’]+/;

/** Every word of a template that is not taken from the catalogue. */
export function wordsInTemplate(template: string): string[] {
  const code = [...template.matchAll(/<%[~=-]?([\s\S]*?)[-_]?%>/g)].map(([, inner = '']) => inner);
  const strings = code
    .map((inner) => inner.replace(/\/\*[\s\S]*?\*\//g, ''))
    .flatMap((inner) =>
      [...inner.matchAll(/'((?:[^'\\\n]|\\.)*)'|`([^`]*)`/g)].map(([, one, other]) => one ?? other ?? ''),
    );
  const markUp = template.replace(/<%[\s\S]*?%>/g, '').replace(/<style[\s\S]*?<\/style>/g, '');
  const read = [...markUp.matchAll(READ)].map(([, text = '']) => text);
  const between = markUp.replace(/<[^>]*>/g, '\n').split('\n');
  return [
    ...[...between, ...read].filter((text) => /\p{L}/u.test(text) && !NO_WORDS.test(text.trim())),
    ...strings.filter((text) => SENTENCE.test(text) && !NO_WORDS.test(text)),
  ].map((text) => text.trim());
}

/** A code as an example, the name of a header. */
const NO_WORDS = /^(WDJB-MJHT|&[a-z]+;)$/;

const VOID = /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/;
/** What is in these is words of a person or a machine, or a picture. */
const NOT_OURS = /^(?:bdi|code|pre|script|svg|time)$/;

/** What stands in a page in the language `en-XA` outside of its brackets: words that no message has brought. */
export function foreignWordsOf(html: string): string[] {
  const found: string[] = [];
  const open: string[] = [];
  let depth = 0;
  const take = (text: string) => {
    let outside = '';
    for (const character of text) {
      if (character === '⟦') depth += 1;
      else if (character === '⟧') depth -= 1;
      else if (depth === 0) outside += character;
    }
    if (/\p{L}/u.test(outside.replace(/&[a-z0-9#]+;/g, '')) && !NO_WORDS.test(outside.trim()))
      found.push(outside.trim());
  };
  const [, inHead = ''] = /<title>([^<]*) – [^<]*<\/title>/.exec(html) ?? [];
  take(inHead);
  // A choice that is called as a machine calls it: a time zone.
  const body = html.slice(html.indexOf('<body')).replace(/<option value="([^"]+)"[^>]*>\1<\/option>/g, '');
  for (const [, tag, text = ''] of body.matchAll(/(<[^>]*>)|([^<]+)/g)) {
    if (tag === undefined) {
      if (!open.some((name) => NOT_OURS.test(name) || name === OURS_NOT)) take(text);
      continue;
    }
    for (const [, read = ''] of tag.matchAll(READ)) {
      if (!open.some((name) => NOT_OURS.test(name))) take(read);
    }
    const [, closing, name = ''] = /^<(\/?)([a-z0-9]+)/.exec(tag) ?? [];
    if (closing) open.pop();
    else if (name && !VOID.test(name))
      open.push(
        /dir="auto"|class="(?:brand|face|user-code|reference|secret-key|backup-codes)"/.test(tag)
          ? OURS_NOT
          : name,
      );
  }
  return found;
}

/** The name of the brand, codes and keys. */
const OURS_NOT = 'no words';
