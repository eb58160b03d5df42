/**
 * The API at which an app or a device wants to act (RFC 8707) stands among the scopes that its owner is asked about, in
 * a form that no scope has.
 */
const PREFIX = 'resource=';

/** What owners read of a scope or a resource, in the words of the operator. */
export type ScopeWords = Readonly<Record<string, string>>;

/** Where those words stand. */
export interface WordsOfScopes {
  wordsOf(entries: readonly string[]): ScopeWords;
}

export function resourceEntry(resource: string): string {
  return `${PREFIX}${resource}`;
}

/** @returns `undefined`: it is a scope */
export function resourceIn(entry: string): string | undefined {
  return entry.startsWith(PREFIX) ? entry.slice(PREFIX.length) : undefined;
}
