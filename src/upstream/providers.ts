/** The providers of UPSTREAM_FILE as they describe themselves (OpenID Connect Discovery 1.0). */
import type * as oidc from 'openid-client';
import type { GuardedFetch } from '../net/egress-fetch.ts';
import { openidClient } from './openid-client.ts';
import type { Upstream } from './upstream.ts';

const HOUR = 3_600_000;
/** Milliseconds for which a description is good, and for which it is used longer while no new one can be had. */
const FRESH = HOUR;
const STALE = 24 * HOUR;
/** Milliseconds until a provider that failed is asked again. */
const RETRY = 5000;
/** Seconds by which the clocks of the provider and of this server may differ. */
const CLOCK_TOLERANCE = 30;

/** The provider does not answer, or not so that it can be used: other ways in stay. */
export class UpstreamDown extends Error {
  override readonly name = 'UpstreamDown';
  /** For the operator's log: holds nothing that came with a person's request. */
  readonly why: string;

  constructor(why: string) {
    super(`the provider cannot be used: ${why}`);
    this.why = why;
  }
}

interface Known {
  readonly config: oidc.Configuration;
  /** milliseconds since 1970 */
  readonly at: number;
}

interface State {
  known?: Known;
  failed?: { readonly error: UpstreamDown; readonly at: number };
  asking?: Promise<oidc.Configuration>;
}

interface ProvidersDependencies {
  readonly fetch: GuardedFetch;
  readonly onFailure: (failure: { readonly provider: string; readonly reason: string }) => void;
  readonly now?: () => number;
}

/** Asked for when a person wants to sign in, and not before: a provider that is down keeps no server from starting. */
export class UpstreamProviders {
  readonly #with: ProvidersDependencies;
  readonly #now: () => number;
  /** By entry: one that was read anew is asked anew. */
  readonly #states = new WeakMap<Upstream, State>();

  constructor(dependencies: ProvidersDependencies) {
    this.#with = dependencies;
    this.#now = dependencies.now ?? Date.now;
  }

  /** @throws UpstreamDown */
  async configOf(upstream: Upstream): Promise<oidc.Configuration> {
    const state = this.#states.get(upstream) ?? {};
    this.#states.set(upstream, state);
    const { known, failed } = state;
    const now = this.#now();
    if (known && now - known.at < FRESH) return known.config;
    const usable = known && now - known.at < FRESH + STALE ? known.config : undefined;
    if (failed && now - failed.at < RETRY) {
      if (usable) return usable;
      throw failed.error;
    }
    // However many want to sign in, the provider is asked once.
    state.asking ??= this.#ask(upstream, state).finally(() => {
      delete state.asking;
    });
    try {
      return await state.asking;
    } catch (error) {
      if (usable) return usable;
      throw error;
    }
  }

  async #ask(upstream: Upstream, state: State): Promise<oidc.Configuration> {
    try {
      const config = await discover(upstream, reachable(this.#with.fetch));
      state.known = { config, at: this.#now() };
      delete state.failed;
      return config;
    } catch (cause) {
      const error = downOf(cause) ?? new UpstreamDown(reasonOf(cause));
      state.failed = { error, at: this.#now() };
      this.#with.onFailure({ provider: upstream.id, reason: error.why });
      throw error;
    }
  }
}

async function discover(upstream: Upstream, fetch: oidc.CustomFetch): Promise<oidc.Configuration> {
  const oidc = await openidClient();
  const { issuer, clientId, algorithm } = upstream;
  const metadata = { id_token_signed_response_alg: algorithm, [oidc.clockTolerance]: CLOCK_TOLERANCE };
  const config = await oidc.discovery(new URL(issuer), clientId, metadata, await clientAuth(upstream), {
    [oidc.customFetch]: fetch,
    // The signature is checked as well, although the token comes straight from the provider.
    execute: issuer.startsWith('http:')
      ? [oidc.enableNonRepudiationChecks, oidc.allowInsecureRequests]
      : [oidc.enableNonRepudiationChecks],
  });
  const server = config.serverMetadata();
  // The library makes exceptions for some providers, which name another issuer than the one that was asked.
  if (server.issuer !== issuer) throw new UpstreamDown('it calls itself by another issuer');
  for (const endpoint of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const)
    if (!isUsable(server[endpoint], issuer)) throw new UpstreamDown(`it has no ${endpoint} of a safe kind`);
  return config;
}

/** What is asked over https leads to https. */
function isUsable(endpoint: string | undefined, issuer: string): boolean {
  const protocol = URL.parse(endpoint ?? '')?.protocol;
  return protocol === 'https:' || (protocol === 'http:' && issuer.startsWith('http:'));
}

async function clientAuth({ credentials, algorithm }: Upstream): Promise<oidc.ClientAuth> {
  const oidc = await openidClient();
  if (credentials.kind === 'secret') return oidc.ClientSecretBasic(credentials.secret.reveal());
  const { key } = credentials;
  const alg = keyAlgorithm(key.asymmetricKeyType, key.asymmetricKeyDetails?.namedCurve, algorithm);
  return oidc.PrivateKeyJwt(key.toCryptoKey(...alg));
}

type CryptoKeyArguments = Parameters<import('node:crypto').KeyObject['toCryptoKey']>;

function keyAlgorithm(
  type: string | undefined,
  curve: string | undefined,
  algorithm: string,
): CryptoKeyArguments {
  const usages = ['sign'] as const;
  if (type === 'ed25519') return [{ name: 'Ed25519' }, false, [...usages]];
  if (type === 'ec')
    return [{ name: 'ECDSA', namedCurve: CURVES[curve ?? ''] ?? 'P-256' }, false, [...usages]];
  const name = algorithm.startsWith('PS') ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5';
  return [{ name, hash: 'SHA-256' }, false, [...usages]];
}

const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

/** What cannot be reached, and what fails by itself, is told apart from what is refused. */
function reachable(fetch: GuardedFetch): oidc.CustomFetch {
  return async (url, options) => {
    const answer = await fetch(url, options as RequestInit).catch((error: unknown) => {
      throw new UpstreamDown(reasonOf(error));
    });
    if (answer.status >= 500) throw new UpstreamDown(`status ${answer.status}`);
    return answer;
  };
}

/** An outage, wherever in the chain of causes it stands. */
export function downOf(error: unknown): UpstreamDown | undefined {
  if (error instanceof UpstreamDown) return error;
  return error instanceof Error && error.cause !== undefined ? downOf(error.cause) : undefined;
}

/** A word of the library or of the network, and nothing that the provider wrote. */
function reasonOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown';
}
