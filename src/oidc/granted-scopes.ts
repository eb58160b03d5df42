import { recentAnswers } from '../net/recent-answers.ts';
import { MAX_SCOPES_LENGTH } from './asked-scopes.ts';

interface Scopes {
  openid?: { scope?: string };
  resources?: Record<string, string>;
}
interface GrantedScopes extends Scopes {
  rejected?: Scopes;
}

/**
 * Which scopes of a token its grant still gives, in the token's order: the owner may have taken some back since the
 * token was issued.
 * @param audience of the token, where it is for a resource
 */
export function grantedScopes(scope: string | undefined, grant: object, audience?: string): string[] {
  const { rejected, ...given } = grant as GrantedScopes;
  const refused = scopesOf(scopeIn(rejected, audience));
  const granted = scopesOf(scopeIn(given, audience));
  return [...scopesOf(scope)].filter((one) => granted.has(one) && !refused.has(one));
}

function scopeIn(of: Scopes | undefined, audience: string | undefined): string | undefined {
  return audience === undefined ? of?.openid?.scope : of?.resources?.[audience];
}

const NONE: ReadonlySet<string> = new Set();

function scopesOf(scope: string | undefined): ReadonlySet<string> {
  return scope === undefined ? NONE : scopesIn(scope);
}

const scopesIn = recentAnswers(
  (scope: string): ReadonlySet<string> => new Set(scope.split(' ').filter(Boolean)),
  MAX_SCOPES_LENGTH,
);
