/**
 * How the library is set up. Everything it would do by itself on pages is ours, in front of it.
 */
import type { ClientMetadata, Configuration, ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import type { AccountStore } from '../accounts/account-store.ts';
import type { SecretUseStore } from '../apps/client-secrets.ts';
import type { OperatorClientStore } from '../apps/operator-clients.ts';
import type { RegisteredClientStore } from '../apps/registered-clients.ts';
import type { Config } from '../config/config.ts';
import { ACR_VALUES } from '../mfa/assurance.ts';
import { Egress } from '../net/egress.ts';
import { guardedFetch } from '../net/egress-fetch.ts';
import { accountClaims, CLAIMS } from './account-claims.ts';
import { isRevocationOfAccessToken } from './adapters/access-tokens.ts';
import { type AdapterStores, createAdapterFactory } from './adapters/adapter.ts';
import { nameAsRegistered } from './asked-resources.ts';
import { requireKnownScope } from './asked-scopes.ts';
import { completeRequest } from './authorization-request.ts';
import type { ClientDirectory } from './client-directory.ts';
import { LOGO_FILE } from './client-logos.ts';
import { CLIENT_SECRETS } from './client-secrets.ts';
import { BY_LANGUAGE } from './client-words.ts';
import {
  CORS_ORIGINS,
  DEFAULT_DEVICE_TYPE,
  DEVICE_GRANT,
  GRANT_DAYS,
  ID_TOKEN_CLAIMS,
  ID_TOKEN_ON_REFRESH,
  NUMBER_MATCH,
  OUR_SCOPES,
  POST_LOGOUT_REDIRECT_URIS,
  REQUIRE_PKCE,
  REQUIRED_CHECK,
  RESPONSE_MODES,
  SELF_REGISTERED,
} from './clients.ts';
import { COMPANION, COMPANION_CODE_SECONDS, isCompanion } from './companion-clients.ts';
import { mayAskFor } from './cors.ts';
import { deviceParameters } from './device-parameters.ts';
import { moreMetadata } from './discovery.ts';
import { configurationFailingClosed, failingClosed } from './failing-closed.ts';
import { features } from './features.ts';
import type { FormPost } from './form-post.ts';
import { RESPONSE_TYPES, takesIdTokenAlone } from './id-token-clients.ts';
import { PROOF_ALGORITHMS } from './key-proofs.ts';
import { LINK_KEYS } from './link-key-clients.ts';
import { LINK_KEY, readLinkKey } from './link-keys.ts';
import { newGrant } from './new-grant.ts';
import { HEARS_OF, OWN_ACCESS } from './own-access.ts';
import { keepWithinBounds } from './request-bounds.ts';
import type { ResourceCatalog } from './resources.ts';
import { READ_RESOURCES } from './resources-file.ts';
import { signInPolicy } from './sign-in-policy.ts';
import { SIGNED_INTROSPECTION_ALG } from './signed-introspection.ts';
import type { SigningKeys } from './signing-keys.ts';
import { assuranceOf } from './token-assurance.ts';
import { bitsOfId } from './token-ids.ts';
import type { HeldAnswer } from './unseen-sites.ts';

export interface ProtocolSettings {
  config: Config;
  clients: ClientMetadata[];
  /** Under which name owners know this service: no client that registers itself takes it. */
  product: string;
  resources: ResourceCatalog;
  keys: SigningKeys;
  accounts: AccountStore;
  stores: Omit<AdapterStores, 'clients'> & {
    readonly registeredClients: RegisteredClientStore;
    readonly operatorClients: Pick<OperatorClientStore, 'current' | 'known'>;
    readonly secretUses: SecretUseStore;
  };
  /** Names of the cookies: of a signed-in browser's session id, and of an app's request that waits for its owner. */
  cookies: { session: string; interaction: string; resume: string };
  /** The page for an error of a protocol endpoint that a browser has opened. */
  renderError: (ctx: KoaContextWithOIDC, error: ErrorOut) => void;
  /** The page that carries an answer to an app as a form. */
  renderFormPost: (ctx: KoaContextWithOIDC, post: FormPost) => void;
  /** The page in place of an answer that would lead a visitor on to a site which they have not seen. */
  renderHeldAnswer: (ctx: KoaContextWithOIDC, held: HeldAnswer) => void;
}

const SECOND = 1000;
/** An ID token is read at once; its life bounds how long a rotated signing key must stay published. */
const ID_TOKEN_SECONDS = 600;
/** ASVS 10.4.3 */
const CODE_SECONDS = 60;
/** Long enough to create an account on the way, with a code that comes by mail. */
const INTERACTION_SECONDS = 3600;

const CLIENT_DEFAULTS = {
  grant_types: [DEVICE_GRANT, 'refresh_token'],
  response_types: [],
  redirect_uris: [],
  token_endpoint_auth_method: 'none',
  response_modes: [...RESPONSE_MODES],
} satisfies Configuration['clientDefaults'];
/** What clients may say of themselves beside what the library knows. */
const CLIENT_PROPERTIES = [
  CLIENT_SECRETS,
  CORS_ORIGINS,
  GRANT_DAYS,
  REQUIRED_CHECK,
  NUMBER_MATCH,
  DEFAULT_DEVICE_TYPE,
  LOGO_FILE,
  BY_LANGUAGE,
  COMPANION,
  LINK_KEYS,
  REQUIRE_PKCE,
  ID_TOKEN_CLAIMS,
  ID_TOKEN_ON_REFRESH,
  POST_LOGOUT_REDIRECT_URIS,
  READ_RESOURCES,
  SIGNED_INTROSPECTION_ALG,
  OWN_ACCESS,
  HEARS_OF,
  SELF_REGISTERED,
] as const;

/** @param directory every client there is; the library is given none beside it, since one that it is given would win */
export function configuration(settings: ProtocolSettings, directory: ClientDirectory): Configuration {
  const { config, keys, resources } = settings;
  const policy = signInPolicyOf(settings);
  return configurationFailingClosed({
    adapter: createAdapterFactory({ ...settings.stores, clients: directory }),
    jwks: keys as NonNullable<Configuration['jwks']>,
    clientDefaults: CLIENT_DEFAULTS,
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256'], dPoPSigningAlgValues: [...PROOF_ALGORITHMS] },
    extraClientMetadata: { properties: [...CLIENT_PROPERTIES] },
    // The first to be looked at; the library has no better place between a good client and what it keeps.
    extraParams: {
      nonce: (ctx) => readRequest(ctx, resources),
      ...deviceParameters,
      [LINK_KEY]: readLinkKey(settings),
    },
    responseTypes: settings.clients.some(takesIdTokenAlone) ? [...RESPONSE_TYPES] : ['code'],
    formats: { bitsOfOpaqueRandomness: bitsOfId },
    pkce: { required: (_ctx, client) => client[REQUIRE_PKCE] !== false },
    allowOmittingSingleRegisteredRedirectUri: false,
    scopes: [...OUR_SCOPES],
    claims: CLAIMS,
    // Which clients read name and email in the ID token is decided by client: see `accountClaims`.
    conformIdTokenClaims: false,
    features: features(settings),
    cookies: {
      names: settings.cookies,
      long: { httpOnly: true, sameSite: 'lax', signed: false },
      short: { httpOnly: true, sameSite: 'lax', signed: false },
    },
    clientBasedCORS: (_ctx, origin, client) => mayAskFor(client, origin),
    routes: { pushed_authorization_request: '/par' },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}`, policy },
    fetch: guardedFetch(new Egress(config.egress)),
    discovery: moreMetadata(config, policy),
    acrValues: [...ACR_VALUES],
    loadExistingGrant: (ctx) => newGrant(ctx, settings.stores.consents, resources),
    // What ends with a browser is written with its grant: see AuthorizationCodeAdapter.
    expiresWithSession: () => false,
    findAccount: accountClaims({ accounts: settings.accounts, household: settings.stores.household }),
    extraTokenClaims: assuranceOf,
    rotateRefreshToken: true,
    revokeGrantPolicy: (ctx) => !isRevocationOfAccessToken(ctx.oidc),
    renderError: (ctx, out) => settings.renderError(ctx, out),
    ttl: lifetimes(config),
  });
}

function signInPolicyOf({ config, stores }: ProtocolSettings): ReturnType<typeof signInPolicy> {
  return signInPolicy({
    factors: { list: failingClosed((id) => stores.factors.list(id)) },
    isDemanded: config.requireTwoStep,
    lastingProofAge: config.proofAges['allow-offline-access'],
  });
}

function lifetimes(config: Config): NonNullable<Configuration['ttl']> {
  const seconds = (ms: number) => Math.floor(ms / SECOND);
  const { lifetimes } = config;
  return {
    AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? seconds(lifetimes.accessToken),
    AuthorizationCode: (_ctx, _code, client) => (isCompanion(client) ? COMPANION_CODE_SECONDS : CODE_SECONDS),
    ClientCredentials: (_ctx, token) =>
      token.resourceServer?.accessTokenTTL ?? seconds(lifetimes.accessToken),
    DeviceCode: seconds(lifetimes.deviceCode),
    Grant: seconds(lifetimes.grant),
    IdToken: ID_TOKEN_SECONDS,
    Interaction: INTERACTION_SECONDS,
    RefreshToken: seconds(lifetimes.refreshToken),
    Session: seconds(lifetimes.browserAbsolute),
  };
}

function readRequest(ctx: KoaContextWithOIDC, resources: ResourceCatalog): void {
  keepWithinBounds(ctx);
  nameAsRegistered(ctx, resources);
  completeRequest(ctx);
  requireKnownScope(ctx);
}
