import type { AdapterPayload } from 'oidc-provider';
import type { Bearer, BearerTokens, PresentedToken } from '../devices/bearer-tokens.ts';
import { parseGrantId } from '../devices/grant-id.ts';
import type { GrantStore } from '../devices/grant-store.ts';
import type { AccessTokenAdapter, PresentedAccessToken } from './adapters/access-tokens.ts';
import { NOBODYS_GRANT } from './answers.ts';
import { grantedScopes } from './granted-scopes.ts';
import { CLOCK_SECONDS, PROOF_ALGORITHMS, readKeyProof } from './key-proofs.ts';
import type { RecordStore } from './record-store.ts';
import { RequestCache } from './request-cache.ts';
import { mayBe } from './token-ids.ts';

/** RFC 6750 section 2.1: what a token may be made of. */
const TOKEN = /^[\w.~+/-]{1,400}=*$/;

const USED_PROOF = 'ReplayDetection';

interface BearerTokenDependencies {
  readonly issuer: string;
  readonly tokens: Pick<AccessTokenAdapter, 'present'>;
  readonly grants: Pick<GrantStore, 'authorize'>;
  /** Keeps which proofs were used. */
  readonly records: Pick<RecordStore, 'claim'>;
}

/** Access tokens for endpoints of ours; the library serves its own. */
export class ProviderBearerTokens implements BearerTokens {
  readonly proofAlgorithms = PROOF_ALGORITHMS;
  readonly #with: BearerTokenDependencies;

  constructor(dependencies: BearerTokenDependencies) {
    this.#with = dependencies;
  }

  async find({ token, proof }: PresentedToken): Promise<Bearer | 'no-proof' | undefined> {
    if (!proof) return this.#bearerOf(token, undefined);
    const { jwt, method, path } = proof;
    const key = await readKeyProof(jwt, { method, address: `${this.#with.issuer}${path}`, token });
    if (!key) return 'no-proof';
    const bearer = await this.#bearerOf(token, key.thumbprint);
    return bearer && !(await this.#isFirst(bearer.clientId, key.jti)) ? 'no-proof' : bearer;
  }

  /** RFC 9449 section 11.1: `true` for exactly one request that comes with this proof. */
  #isFirst(clientId: string, jti: string): Promise<boolean> {
    return this.#with.records.claim(USED_PROOF, `${clientId} ${jti}`, 2 * CLOCK_SECONDS * 1000);
  }

  async #bearerOf(token: string, thumbprint: string | undefined): Promise<Bearer | undefined> {
    const cache = new RequestCache();
    const isPossible = TOKEN.test(token) && mayBe('AccessToken', token);
    const presented = isPossible ? await this.#with.tokens.present(token, 'anyone', cache) : undefined;
    // What has never been a token takes as many steps as what no longer is one.
    if (!cache.asked) await this.#with.grants.authorize(NOBODYS_GRANT, { generation: 0 });
    return presented && presented !== 'not-theirs' ? bearerOf(presented, thumbprint) : undefined;
  }
}

function bearerOf(
  { payload, authority }: PresentedAccessToken,
  thumbprint: string | undefined,
): Bearer | undefined {
  const { accountId, aud, clientId, exp, grantId, jkt, kind, scope } = payload;
  const grant = authority?.payload as AdapterPayload | undefined;
  const id = grantId === undefined ? undefined : parseGrantId(grantId);
  const isOurs = kind === 'AccessToken' && !aud && jkt === thumbprint && !payload['x5t#S256'];
  if (!grant || !id || !clientId || !isOurs || !lives(exp) || !lives(grant.exp)) return undefined;
  if (id.accountId !== accountId || grant.accountId !== accountId || grant.clientId !== clientId)
    return undefined;
  return { grant: id, clientId, scopes: new Set(grantedScopes(scope, grant)) };
}

function lives(exp: number | undefined): boolean {
  return typeof exp === 'number' && exp > Math.floor(Date.now() / 1000);
}
