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

/** For the library, which makes the ids. */
export function bitsOfId(_ctx: unknown, { kind }: { kind: string }): number {
  return OPAQUE_BITS[kind as TokenModel] ?? BITS_OF_ALL_OTHERS;
}

/** Whether an id may be one of this model's. */
export function mayBe(model: TokenModel, id: string): boolean {
  return MODELS.every((other) => other === model || id.length !== lengthOf(other));
}

function lengthOf(model: TokenModel): number {
  return Math.ceil(OPAQUE_BITS[model] / BITS_PER_CHARACTER);
}
