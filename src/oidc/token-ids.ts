import { LEADING_LENGTH } from '../devices/access-token-store.ts';

/**
 * Opaque tokens tell by their length what they are, so that the endpoints that take each (introspection, revocation)
 * ask the store once. Ids of any other length are looked for as all of them.
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
  return MODELS.every((other) => other === model || !isLengthOf(other, id.length));
}

function isLengthOf(model: TokenModel, length: number): boolean {
  return length === Math.ceil(OPAQUE_BITS[model] / BITS_PER_CHARACTER) || length === MORE_LENGTHS[model];
}
