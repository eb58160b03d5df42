import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { ID_TOKEN_ON_REFRESH } from './clients.ts';

type IdToken = InstanceType<Provider['IdToken']>;
type Issue = IdToken['issue'];

/**
 * Whether the ID token of this answer would be a second one, which the client has said that it does not read
 * (OpenID Connect Core section 12.2 lets a server leave it out).
 */
export function isLeftOut({ oidc }: Pick<KoaContextWithOIDC, 'oidc'>): boolean {
  const { route, params, client } = oidc;
  return route === 'token' && params?.['grant_type'] === 'refresh_token' && !readsSecondIdToken(client);
}

export function readsSecondIdToken(client: KoaContextWithOIDC['oidc']['client']): boolean {
  return client?.[ID_TOKEN_ON_REFRESH] !== false;
}

/**
 * Such a token is neither put together nor signed: the signature is most of what a refresh costs. The library leaves a
 * token that is `undefined` out of its answer, though its types say that there always is one.
 */
export function leaveOutUnreadIdTokens(provider: Provider): void {
  const { prototype } = provider.IdToken;
  const { issue } = prototype;
  prototype.issue = async function issueWhereRead(this: IdToken, context: Parameters<Issue>[0]) {
    // Without a context it is made in front of the library, where it is known to be read.
    const { ctx }: { ctx?: KoaContextWithOIDC } = this;
    return context.use === 'idtoken' && ctx && isLeftOut(ctx) ? undefined : issue.call(this, context);
  } as Issue;
}
