import { importJWK, type JWK, SignJWT } from 'jose';
import type { EventTokens } from '../signals/signal-body.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What every receiver of the interoperability profile takes (CAEP Interoperability Profile 1.0 section 2.6). */
const ALGORITHM = 'RS256';

interface SigningKey {
  readonly jwk: JWK;
  readonly key: ReturnType<typeof importJWK>;
}

/** Security event tokens (RFC 8417), with the keys that ID tokens are signed with: their `typ` keeps them apart (section 2.3). */
export class SecurityEventTokens implements EventTokens {
  readonly #keys: () => SigningKeys;
  #signing: SigningKey | undefined;

  /** @param keys that there are now: the first of an algorithm signs */
  constructor(keys: () => SigningKeys) {
    this.#keys = keys;
  }

  async sign(claims: Readonly<Record<string, unknown>>): Promise<string> {
    const jwk = this.#keys().keys.find(({ alg }) => alg === ALGORITHM);
    if (!jwk) throw new TypeError('no key signs events');
    const known = this.#signing;
    const signing = known && known.jwk.kid === jwk.kid ? known : { jwk, key: importJWK(jwk, ALGORITHM) };
    this.#signing = signing;
    const header = { alg: ALGORITHM, typ: 'secevent+jwt', ...(jwk.kid !== undefined && { kid: jwk.kid }) };
    return new SignJWT(claims).setProtectedHeader(header).sign(await signing.key);
  }
}
