import type Provider from 'oidc-provider';
import { parseGrantId } from '../devices/grant-id.ts';
import type { RefreshTokenSeals } from '../devices/refresh-token-seals.ts';
import { refreshExchange } from './refresh-exchange.ts';
import { requestCache } from './request-cache.ts';

/** As much of the library's model as an id is made from. Its types leave `generateTokenId` out. */
interface NewToken {
  readonly grantId?: string;
  readonly clientId?: string;
  readonly jkt?: string;
  /** Seconds. */
  readonly expiration: number;
  iat?: number;
  exp?: number;
}

interface IdMaker {
  generateTokenId(this: NewToken): string;
}

/**
 * The one place where the library's ids are not its own: a refresh token of an account is a seal that says where it
 * belongs, in place of a random number with a record. The library calls `generateTokenId` of its models for the id of
 * each new one; `test/oidc/refresh-token-ids.test.ts` holds that against the version that is used.
 */
export function sealRefreshTokens(provider: Provider, seals: RefreshTokenSeals): void {
  const prototype = provider.RefreshToken.prototype as unknown as IdMaker;
  const { generateTokenId } = prototype;
  prototype.generateTokenId = function sealOf(): string {
    const { grantId = '', clientId = '', jkt, expiration } = this;
    const authority = parseGrantId(grantId) && requestCache().authority(grantId);
    // Without one, its write is refused.
    if (!authority) return generateTokenId.call(this);
    const { parent } = refreshExchange();
    const issuedAt = Math.floor(Date.now() / 1000);
    // What the answer and introspection say of it is what its seal says.
    this.iat = issuedAt;
    this.exp = issuedAt + expiration;
    return seals.seal({
      grantId,
      generation: authority.generation,
      place: parent ? parent.place + 1 : 0,
      clientId,
      key: jkt,
      issuedAt,
      lifetime: expiration,
    });
  };
}
