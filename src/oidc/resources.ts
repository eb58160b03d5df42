/** The APIs for which access tokens are issued (RFC 8707), and what their scopes say in words. */
import { AUTHORIZATION_PARAMETERS } from '../apps/authorization-parameters.ts';
import { resourceIn, type ScopeWords } from '../devices/asked-resource.ts';
import { OUR_SCOPES } from './clients.ts';

/** Characters of an identifier at most: it is kept with every code and token. */
const MAX_CHARACTERS = AUTHORIZATION_PARAMETERS.resource;

/** It says how long access lasts, and nothing about what an API may do. */
const LASTING = 'offline_access';

export interface Resource {
  /** The identifier, to the letter as the file has it; the audience of its tokens. */
  readonly id: string;
  /** As owners read it. */
  readonly name: string;
  /** Scope → what owners read of it. */
  readonly scopes: Readonly<Record<string, string>>;
  readonly format: 'opaque' | 'jwt';
  /** Of the signature of a JWT. */
  readonly algorithm: 'RS256' | 'ES256';
  /** The client that reads its tokens. */
  readonly reader?: string | undefined;
}

/** RFC 8707 section 2: an absolute URI without a fragment. `undefined`: it is one, and can be shown as it is. */
export function resourceError(text: string): string | undefined {
  if (text.length > MAX_CHARACTERS) return `is longer than ${MAX_CHARACTERS} characters`;
  if (!/^[\x21-\x7e]+$/.test(text)) return 'has characters that no URI has';
  const url = URL.parse(text);
  if (!url) return 'is not an absolute URI';
  if (text.includes('#')) return 'has a fragment (RFC 8707 section 2)';
  return url.username || url.password ? 'has a user name in it' : undefined;
}

/**
 * The same identifier as URL libraries write it, where they write it otherwise: of an http address an empty path and `/`
 * are one (RFC 9110 section 4.2.3), and clients that read `https://api.example.com` somewhere send it with the slash.
 */
export function otherSpelling(id: string): string | undefined {
  const [, origin, slash] = /^(https?:\/\/[^/?#]+)(\/?)$/.exec(id) ?? [];
  if (origin === undefined) return undefined;
  return slash ? origin : `${origin}/`;
}

/** Which resources there are. Without a file, whatever has an https address is one, and takes the scopes of owners. */
export class ResourceCatalog {
  readonly #known: ReadonlyMap<string, Resource> | undefined;
  readonly #words: ReadonlyMap<string, string>;
  readonly #own: ReadonlyMap<string, Resource>;

  /**
   * @param resources of the file; `undefined`: there is none
   * @param own this server's own, which no owner is asked about
   */
  constructor(resources?: readonly Resource[], own: readonly Resource[] = []) {
    this.#own = new Map(own.map((one) => [one.id, one]));
    this.#known = resources && new Map(resources.map((one) => [one.id, one]));
    this.#words = new Map(resources?.flatMap(({ scopes }) => Object.entries(scopes)));
  }

  /** By either spelling. @returns `undefined` for what is no resource here (RFC 8707 section 2, `invalid_target`) */
  find(id: string): Resource | undefined {
    const own = this.#own.get(id);
    if (own) return own;
    if (this.#known) return this.#known.get(id) ?? this.#known.get(otherSpelling(id) ?? '');
    if (!id.startsWith('https://') || resourceError(id)) return undefined;
    const scopes = OUR_SCOPES.filter((scope) => scope !== LASTING).map((scope) => [scope, '']);
    return { id, name: id, scopes: Object.fromEntries(scopes), format: 'opaque', algorithm: 'RS256' };
  }

  /** Those of the file whose tokens this client reads. */
  readBy(clientId: string): string[] {
    const all = [...(this.#known?.values() ?? [])];
    return all.filter(({ reader }) => reader === clientId).map(({ id }) => id);
  }

  /** Clients that read tokens, by the file. */
  get readers(): string[] {
    return [...(this.#known?.values() ?? [])].flatMap(({ reader }) => reader ?? []);
  }

  /** Whether it is this server's own: tokens for it are given to clients in their own name alone. */
  isOwn(id: string): boolean {
    return this.#own.has(id);
  }

  /** Identifiers in the file. */
  get ids(): string[] {
    return [...(this.#known?.keys() ?? [])];
  }

  /** All their scopes. */
  get scopes(): string[] {
    return [...this.#words.keys()];
  }

  /** What owners read of these entries of a consent, where this server has no words of its own for them; of an API its name. */
  wordsOf(entries: readonly string[]): ScopeWords {
    const words = entries.map((entry) => [entry, this.#words.get(entry) ?? this.#nameOfResource(entry)]);
    return Object.fromEntries(words.filter(([, found]) => found !== undefined)) as ScopeWords;
  }

  #nameOfResource(entry: string): string | undefined {
    const id = resourceIn(entry);
    return id === undefined ? undefined : this.#known?.get(id)?.name;
  }
}
