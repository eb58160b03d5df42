/** Clients that registered themselves (RFC 7591): what is kept of each, and what the store promises of them. */

import type { SecretHolder } from './client-secrets.ts';

/** Who may register a client: no one, those to whom the operator gave an initial access token, or anyone. */
export type RegistrationMode = 'closed' | 'token' | 'open';

export interface RegisteredClient extends SecretHolder {
  readonly clientId: string;
  /** As it was registered (RFC 7591 section 2), cleaned; no secret is among it. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /**
   * Digests of the registration access tokens that work, the newest first. The one before it works until the newest has
   * made a change, so that a lost answer locks no client out (RFC 7592 section 2.2).
   */
  readonly tokens: readonly string[];
  /** Of the initial access token with which it came; `undefined`: it came without one. */
  readonly initialToken: string | undefined;
}

/** As it was read. */
export interface StoredClient extends RegisteredClient {
  /** Changes with every change. */
  readonly version: string;
}

/** As it is written again. */
export function withoutVersion({ version: _, ...client }: StoredClient): RegisteredClient {
  return client;
}

/** How a client comes: from a network that may bring so many in a day, or with a token that is good for so many. */
export type Admittance =
  | { readonly network: string }
  | { readonly tokenId: string; readonly tokenDigest: string };

/** `full`: as many are stored as may be; `network-full`: as many of that network; `token-refused`: the token is not good. */
export type Addition = 'added' | 'full' | 'network-full' | 'token-refused';

/** Milliseconds that a client stays which no owner uses, where anyone may register one. */
export const UNUSED_LIFETIME = 86_400_000;

/** How many may be kept for one owner, while hardly any are there: as many as an owner lets in. */
export const MAX_KEPT_FOR_OWNER = 50;

export interface RegisteredClientStore {
  /**
   * All or nothing, and never more than may be.
   * @param lifetime milliseconds until it leaves, unless it is kept
   */
  add(client: RegisteredClient, admittance: Admittance, lifetime: number): Promise<Addition>;
  find(clientId: string): Promise<StoredClient | undefined>;
  /** Whether there is one, at the cost of a look. */
  has(clientId: string): Promise<boolean>;
  /** `changed`: another request changed it since it was read; `gone`: it has been removed. */
  update(client: RegisteredClient, replaces: StoredClient): Promise<'written' | 'changed' | 'gone'>;
  /** Whether there are any. */
  some(): Promise<boolean>;
  /**
   * It leaves no sooner than after so many milliseconds. One that is not there does not come back. Where as many are kept
   * for this owner as may be, the one whose time is over first is let go for it.
   * @param owner the account that uses it
   */
  keep(clientId: string, lifetime: number, owner: string): Promise<'kept' | 'instead' | 'gone'>;
  /** This owner uses it no more: unless another one has used it, it leaves within a day. */
  letGo(clientId: string, lifetime: number, owner: string): Promise<void>;
  remove(clientId: string): Promise<void>;
  /** All of them, the one that leaves first in front. */
  list(): Promise<ListedClient[]>;
}

export interface ListedClient extends StoredClient {
  /** When it leaves, unless an owner uses it before; milliseconds since 1970. */
  readonly leaves: number;
}
