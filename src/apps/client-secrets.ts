/** The secrets of a client: two at most, so that a new one can be brought to its servers while the one before still works. */
import { isDigestOf } from './token-digest.ts';

/** What is known of a secret: it is not kept itself. */
export interface ClientSecret {
  readonly digest: string;
  /** From then on it is no secret of the client; milliseconds since 1970. Absent: it has no end. */
  readonly until?: number;
  /** Milliseconds since 1970; absent where that is not known. */
  readonly made?: number;
}

/** When secrets were last used. No operator ends one of which it is not known whether a server still uses it. */
export interface SecretUseStore {
  record(digest: string): Promise<void>;
  /** In the order in which they are asked for; milliseconds since 1970, to the hour; `undefined`: not in a year. */
  lastUses(digests: readonly string[]): Promise<(number | undefined)[]>;
}

/** What is kept of the secrets of a client that is stored. */
export interface SecretHolder {
  /** Digest of its secret; `undefined`: it has none. */
  readonly secret: string | undefined;
  /** When that was made, in milliseconds since 1970; absent: with the client. */
  readonly secretMade?: number;
  /** The one before it, which goes on until its end. */
  readonly formerSecret?: { readonly digest: string; readonly made: number; readonly until: number };
  /** Seconds since 1970. */
  readonly issuedAt: number;
}

/** The one of these that was sent, if it may be used at this time. Takes as long whatever is wrong. */
export function matchingSecret(
  secrets: readonly ClientSecret[],
  sent: string,
  now: number,
): ClientSecret | undefined {
  const matches = secrets.filter(({ digest }) => isDigestOf(digest, sent));
  return matches.find((secret) => mayBeUsed(secret, now));
}

export function mayBeUsed({ until }: ClientSecret, now: number): boolean {
  return until === undefined || now < until;
}

/** Of one that is stored, the newest in front; none where it has no secret. */
export function storedSecrets({
  secret,
  secretMade,
  formerSecret,
  issuedAt,
}: SecretHolder): readonly (ClientSecret & { readonly made: number })[] {
  if (secret === undefined) return [];
  const newest = { digest: secret, made: secretMade ?? issuedAt * 1000 };
  return formerSecret ? [newest, formerSecret] : [newest];
}

/**
 * The same client with a new secret. Of two that it had, the older one ends at once.
 * @param digest of the new secret
 * @param overlap milliseconds for which the one before goes on; 0: it ends at once
 */
export function withNewSecret<T extends SecretHolder>(
  client: T,
  digest: string,
  { overlap, now }: { readonly overlap: number; readonly now: number },
): Omit<T, 'formerSecret'> & SecretHolder {
  const { formerSecret: _, ...others } = client;
  const [newest] = storedSecrets(client);
  const former = newest && overlap > 0 ? { formerSecret: { ...newest, until: now + overlap } } : {};
  return { ...others, secret: digest, secretMade: now, ...former };
}
