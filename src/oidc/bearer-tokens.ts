import type { AdapterPayload } from 'oidc-provider';
import type { Bearer, BearerTokens } from '../devices/bearer-tokens.ts';
import { parseGrantId } from '../devices/grant-id.ts';
import type { GrantStore } from '../devices/grant-store.ts';
import type { AccessTokenAdapter, PresentedAccessToken } from './adapters/access-tokens.ts';
import { NOBODYS_GRANT } from './answers.ts';
import { grantedScopes } from './granted-scopes.ts';
import { RequestMemory } from './request-memory.ts';
import { mayBe } from './token-ids.ts';

/** RFC 6750 section 2.1: what a token may be made of. */
const TOKEN = /^[\w.~+/-]{1,400}=*$/;

/** Access tokens for endpoints of ours; the library serves its own. */
export class ProviderBearerTokens implements BearerTokens {
  readonly #tokens: Pick<AccessTokenAdapter, 'present'>;
  readonly #grants: Pick<GrantStore, 'read'>;

  constructor(tokens: Pick<AccessTokenAdapter, 'present'>, grants: Pick<GrantStore, 'read'>) {
    this.#tokens = tokens;
    this.#grants = grants;
  }

  async find(token: string): Promise<Bearer | undefined> {
    const memory = new RequestMemory();
    const isPossible = TOKEN.test(token) && mayBe('AccessToken', token);
    const presented = isPossible ? await this.#tokens.present(token, memory) : undefined;
    // What has never been a token takes as many steps as what no longer is one.
    if (!memory.asked) await this.#grants.read(NOBODYS_GRANT);
    return presented && bearerOf(presented);
  }
}

function bearerOf({ payload, authority }: PresentedAccessToken): Bearer | undefined {
  const { accountId, aud, clientId, exp, grantId, jkt, kind, scope } = payload;
  const grant = authority?.payload as AdapterPayload | undefined;
  const id = grantId === undefined ? undefined : parseGrantId(grantId);
  const isPlain = kind === 'AccessToken' && !aud && !jkt && !payload['x5t#S256'];
  if (!grant || !id || !clientId || !isPlain || !lives(exp) || !lives(grant.exp)) return undefined;
  if (id.accountId !== accountId || grant.accountId !== accountId || grant.clientId !== clientId)
    return undefined;
  return { grant: id, clientId, scopes: new Set(grantedScopes(scope, grant)) };
}

function lives(exp: number | undefined): boolean {
  return typeof exp === 'number' && exp > Math.floor(Date.now() / 1000);
}
