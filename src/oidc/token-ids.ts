import { LEADING_LENGTH } from '../devices/access-token-store.ts';
import { SEALED_TOKEN_LENGTH } from '../devices/refresh-token-seals.ts';

/**
 * Opaque tokens tell by their length what they are, so that the endpoints that take each (introspection, revocation)
 * ask the store once. Ids of any other length are looked for as all of them. A refresh token of an account is sealed, and
 * told by its length as well; an opaque one was issued before there were seals, or belongs to no account.
 */
const OPAQUE_BITS = { AccessToken: 256, RefreshToken: 264, ClientCredentials: 272 } as const;
const BITS_OF_ALL_OTHERS = 256;
/** Of base64url, which tokens are written in. */
const BITS_PER_CHARACTER = 6;

type TokenModel = keyof typeof OPAQUE_BITS;
const MODELS = Object.keys(OPAQUE_BITS) as TokenModel[];

/** Beside that of their random bits: of access tokens that lead to their account. */
const MORE_LENGTHS: Readonly<Partial<Record<TokenModel, number>>> = { AccessToken: LEADING_LENGTH };

/** For the library, which makes the ids. */
export function bitsOfId(_ctx: unknown, { kind }: { kind: string }): number {
  return OPAQUE_BITS[kind as TokenModel] ?? BITS_OF_ALL_OTHERS;
}

/** Whether an id may be one of this model's. */
export function mayBe(model: TokenModel, id: string): boolean {
  if (isSealed(id)) return model === 'RefreshToken';
  return MODELS.every((other) => other === model || !isLengthOf(other, id.length));
}

/** Whether an id may be a sealed refresh token. What does not open then is none of ours, and no store is asked. */
export function isSealed(id: string): boolean {
  return id.length === SEALED_TOKEN_LENGTH;
}

function isLengthOf(model: TokenModel, length: number): boolean {
  return length === Math.ceil(OPAQUE_BITS[model] / BITS_PER_CHARACTER) || length === MORE_LENGTHS[model];
}
