import type Provider from 'oidc-provider';
import type { AccessTokenStore } from '../devices/access-token-store.ts';
import { parseGrantId } from '../devices/grant-id.ts';

/** As much of the library's model as this takes; its types leave the method out. */
interface TokenModel {
  grantId?: string;
  generateTokenId(): string;
}

/**
 * Access tokens of accounts say where their account is, to this server alone: the library asks its model for the id of each
 * token, and the model knows its grant. Written against oidc-provider 9.13; a test says when that changes.
 */
export function leadToAccounts(provider: Provider, tokens: Pick<AccessTokenStore, 'leadingTo'>): void {
  const prototype = provider.AccessToken.prototype as unknown as TokenModel;
  const { generateTokenId } = prototype;
  prototype.generateTokenId = function generateLeadingId(): string {
    const random = generateTokenId.call(this);
    const grant = parseGrantId(this.grantId ?? '');
    return grant ? tokens.leadingTo(grant.accountId, random) : random;
  };
}
