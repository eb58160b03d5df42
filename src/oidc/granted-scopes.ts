interface GrantedScopes {
  openid?: { scope?: string };
  rejected?: { openid?: { scope?: string } };
}

/**
 * Which scopes of a token its grant still gives, in the token's order: the owner may have taken some back since the
 * token was issued.
 */
export function grantedScopes(scope: string | undefined, grant: object): string[] {
  const { openid, rejected } = grant as GrantedScopes;
  const refused = scopesOf(rejected?.openid?.scope);
  const granted = scopesOf(openid?.scope);
  return [...scopesOf(scope)].filter((one) => granted.has(one) && !refused.has(one));
}

function scopesOf(scope: string | undefined): ReadonlySet<string> {
  return new Set(scope?.split(' ').filter(Boolean));
}
