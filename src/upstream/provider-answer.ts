/** What a provider says of a person who has signed in there, checked (OpenID Connect Core, section 3.1.3). */
import type * as oidc from 'openid-client';
import { openidClient } from './openid-client.ts';
import { downOf } from './providers.ts';
import type { Upstream, UpstreamSubject } from './upstream.ts';

/** What was sent along, and has to come back. */
export interface SentAlong {
  readonly state: string;
  readonly nonce: string;
  /** RFC 7636 */
  readonly verifier: string;
}

export interface UpstreamIdentity extends UpstreamSubject {
  /** What the provider proved is, by the entry's word, as good as two steps here. */
  readonly isTwoSteps: boolean;
  /** When the provider asked who it is, seconds since 1970; `undefined`: it does not say. */
  readonly authTime: number | undefined;
  /** Of the sign-in at the provider (OpenID Connect Back-Channel Logout, section 2.1). */
  readonly sid: string | undefined;
}

/** What the provider says of a person, unproved: for the owner's own list, and to begin a form with. */
export interface UpstreamProfile {
  readonly email: string | undefined;
  /** Whether it says of this very email that it has verified it. */
  readonly isEmailVerified: boolean;
  readonly name: string | undefined;
}

/** `reason`: a word for the operator's log; the visitor hears one sentence, whatever it was. */
type ProviderAnswer =
  | {
      readonly outcome: 'proved';
      readonly identity: UpstreamIdentity;
      /** `undefined`: what it says is of another person. @throws UpstreamDown */
      readonly profile: () => Promise<UpstreamProfile | undefined>;
    }
  | { readonly outcome: 'refused'; readonly reason: string };

/** OpenID Connect Core, section 2: 255 characters at most. */
const MAX_SUBJECT = 255;
const MAX_TEXT = 254;

/** Where the provider asks for the sign-in. */
export async function authorizationUrl(
  config: oidc.Configuration,
  { scope, parameters }: Upstream,
  sent: SentAlong,
  redirectUri: string,
  asksAgain = false,
): Promise<string> {
  const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await openidClient();
  const url = buildAuthorizationUrl(config, {
    ...parameters,
    // OpenID Connect Core, section 3.1.2.1: it asks, however lately it has.
    ...(asksAgain && { prompt: 'login', max_age: '0' }),
    scope,
    redirect_uri: redirectUri,
    state: sent.state,
    nonce: sent.nonce,
    code_challenge: await calculatePKCECodeChallenge(sent.verifier),
    code_challenge_method: 'S256',
  });
  return url.href;
}

/**
 * @param callback the address at which the browser came back, with its query
 * @throws UpstreamDown
 */
export async function readAnswer(
  config: oidc.Configuration,
  upstream: Upstream,
  sent: SentAlong,
  callback: URL,
): Promise<ProviderAnswer> {
  const { authorizationCodeGrant } = await openidClient();
  try {
    const tokens = await authorizationCodeGrant(config, callback, {
      expectedState: sent.state,
      expectedNonce: sent.nonce,
      pkceCodeVerifier: sent.verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    const read = identityOf(claims, upstream);
    if (read.outcome === 'refused') return read;
    if (!claims) return { outcome: 'refused', reason: 'subject' };
    return { ...read, profile: () => profileOf(config, claims, tokens.access_token) };
  } catch (error) {
    const down = downOf(error);
    if (down) throw down;
    return { outcome: 'refused', reason: await reasonOf(error) };
  }
}

/** Providers that keep ID tokens short tell the rest at the userinfo endpoint (OpenID Connect Core, section 5.3). */
async function profileOf(
  config: oidc.Configuration,
  claims: oidc.IDToken,
  accessToken: string,
): Promise<UpstreamProfile | undefined> {
  const isWhole = claims['email'] !== undefined && claims['name'] !== undefined;
  if (isWhole || config.serverMetadata().userinfo_endpoint === undefined) return shortened(claims);
  const { fetchUserInfo } = await openidClient();
  try {
    const told = await fetchUserInfo(config, accessToken, claims.sub);
    return shortened(claims, told);
  } catch (error) {
    const down = downOf(error);
    if (down) throw down;
    return undefined;
  }
}

/** What is said of an email counts for the email beside which it stands, and for no other. */
function shortened(claims: Claims, userinfo: Claims = {}): UpstreamProfile {
  const text = (value: unknown) =>
    typeof value === 'string' && value.length <= MAX_TEXT ? value : undefined;
  const { email, email_verified: verified } = claims['email'] === undefined ? userinfo : claims;
  const name = claims['name'] === undefined ? userinfo['name'] : claims['name'];
  return { email: text(email), isEmailVerified: verified === true, name: text(name) };
}

type Claims = Readonly<Record<string, unknown>>;

type ReadIdentity =
  | { readonly outcome: 'proved'; readonly identity: UpstreamIdentity }
  | Extract<ProviderAnswer, { outcome: 'refused' }>;

function identityOf(claims: oidc.IDToken | undefined, upstream: Upstream): ReadIdentity {
  if (!claims || claims.sub === '' || claims.sub.length > MAX_SUBJECT)
    return { outcome: 'refused', reason: 'subject' };
  // The library looks at it only where the token is for several clients.
  const { azp, sid, auth_time: authTime } = claims;
  if (azp !== undefined && azp !== upstream.clientId) return { outcome: 'refused', reason: 'azp' };
  return {
    outcome: 'proved',
    identity: {
      issuer: upstream.issuer,
      subject: claims.sub,
      isTwoSteps: isTwoSteps(claims, upstream.twoStep),
      authTime: typeof authTime === 'number' ? authTime : undefined,
      sid: typeof sid === 'string' && sid.length <= MAX_SUBJECT ? sid : undefined,
    },
  };
}

/** Only what the operator has named counts, and only from the signed token. */
function isTwoSteps({ acr, amr }: oidc.IDToken, trust: Upstream['twoStep']): boolean {
  if (!trust) return false;
  const methods: unknown[] = Array.isArray(amr) ? amr : [];
  return (
    (typeof acr === 'string' && trust.acrValues.includes(acr)) ||
    methods.some((method) => typeof method === 'string' && trust.amr.includes(method))
  );
}

/** Errors of the library and of the protocol have codes; texts of the provider go nowhere. */
async function reasonOf(error: unknown): Promise<string> {
  const { AuthorizationResponseError, ResponseBodyError } = await openidClient();
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) return error.error;
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : 'unknown';
}
