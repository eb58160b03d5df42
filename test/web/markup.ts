/** What tests look for in the HTML of our pages. */

export interface Tag {
  tag: string;
  attributes: Map<string, string>;
}

/** Start tags of a document, each with its attributes; enough for mark-up that our own templates write. */
export function tagsOf(html: string): Tag[] {
  return [...html.matchAll(/<([a-z][a-z0-9]*)((?:\s+[^\s=>]+(?:="[^"]*")?)*)\s*>/g)].map(
    ([, tag = '', rest = '']) => ({
      tag,
      attributes: new Map(
        [...rest.matchAll(/([^\s=]+)(?:="([^"]*)")?/g)].map(([, key = '', value = '']) => [key, value]),
      ),
    }),
  );
}

export function formsOf(html: string): string[] {
  return [...html.matchAll(/<form[\s\S]*?<\/form>/g)].map(([form]) => form);
}
