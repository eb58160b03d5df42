/** What discovery tells beside the endpoints (RFC 8414 section 2, OpenID Connect Discovery 1.0 section 3). */
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { Config } from '../config/config.ts';
import { CLAIMS } from './account-claims.ts';
import { OUR_SCOPES, RESPONSE_MODES } from './clients.ts';
import { REGISTRATION_PATH } from './registration.ts';
import type { ResourceCatalog } from './resources.ts';
import { INTROSPECTION_ALGORITHMS } from './signed-introspection.ts';

type Policy = NonNullable<NonNullable<Configuration['interactions']>['policy']>;
type Body = Record<string, unknown>;

/** What an ID token says of itself; `sid` is in those of apps (Back-Channel Logout section 2.1). */
const TOKEN_CLAIMS = ['iss', 'aud', 'exp', 'iat', 'sid'];

/**
 * What the library leaves out, and derives from nothing that it is told.
 * @param policy its requestable prompts are what `prompt` takes (Initiating User Registration section 4)
 */
export function moreMetadata(
  {
    documents,
    issuer,
    languages,
    registration,
  }: Pick<Config, 'documents' | 'issuer' | 'languages' | 'registration'>,
  policy: Policy,
): Body {
  const prompts = policy.filter(({ requestable }) => requestable).map(({ name }) => name);
  return {
    prompt_values_supported: ['none', ...prompts],
    ui_locales_supported: languages,
    op_policy_uri: documents.privacy,
    op_tos_uri: documents.terms,
    // RFC 7591 section 3.
    registration_endpoint: registration.mode === 'closed' ? undefined : `${issuer}${REGISTRATION_PATH}`,
  };
}

/** Discovery promises what is served: where the library promises more, or is silent, it is set right. */
export function completeDiscovery(
  { oidc }: KoaContextWithOIDC,
  body: Body,
  resources: ResourceCatalog,
): void {
  const { token_endpoint_auth_methods_supported: methods } = body as Record<string, string[]>;
  const { token_endpoint_auth_signing_alg_values_supported: algorithms } = body;
  const { ids, scopes } = resources;
  Object.assign(body, {
    scopes_supported: [...OUR_SCOPES, ...scopes],
    // RFC 9728 section 4.
    protected_resources: ids.length > 0 ? ids : undefined,
    claims_supported: [...Object.values(CLAIMS).flat(), ...TOKEN_CLAIMS],
    response_modes_supported: [...RESPONSE_MODES],
    revocation_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_signing_alg_values_supported: algorithms,
    // A client without a secret is told of no token.
    introspection_endpoint_auth_methods_supported: methods?.filter((method) => method !== 'none'),
    introspection_endpoint_auth_signing_alg_values_supported: algorithms,
    // RFC 9701 section 7.
    introspection_signing_alg_values_supported: [...INTROSPECTION_ALGORITHMS],
    // RP-Initiated Logout section 2.1: signing out is a page of ours, so the library does not know of it.
    end_session_endpoint: `${oidc.issuer}/sign-out/app`,
  });
}
