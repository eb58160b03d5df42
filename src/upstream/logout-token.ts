/** That a person has signed out at a provider (OpenID Connect Back-Channel Logout 1.0, section 2.6). */
import { createRemoteJWKSet, customFetch, type JWTPayload, jwtVerify } from 'jose';
import type { Configuration } from 'openid-client';
import type { GuardedFetch } from '../net/egress-fetch.ts';
import { downOf, UpstreamDown } from './providers.ts';
import type { Upstream } from './upstream.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** Seconds between its issue and now, either way. */
const MAX_AGE = 300;
/** Seconds by which the clocks may differ. */
const CLOCK_TOLERANCE = 30;
const TIMEOUT = 5000;
const MAX_TEXT = 255;

export interface LogoutToken {
  readonly jti: string;
  /** One of the two is there. */
  readonly subject: string | undefined;
  readonly sid: string | undefined;
}

type Keys = ReturnType<typeof createRemoteJWKSet>;

/** Keys of a provider are fetched through the guard, and kept with its description. */
export class LogoutTokens {
  readonly #fetch: GuardedFetch;
  readonly #now: () => number;
  readonly #keys = new WeakMap<Configuration, Keys>();

  constructor(fetch: GuardedFetch, now: () => number) {
    this.#fetch = fetch;
    this.#now = now;
  }

  /** @returns the token, or a word for the log: why it is not believed. @throws UpstreamDown */
  async read(config: Configuration, upstream: Upstream, token: string): Promise<LogoutToken | string> {
    try {
      const { payload } = await jwtVerify(token, this.#keysOf(config), {
        issuer: upstream.issuer,
        audience: upstream.clientId,
        algorithms: [upstream.algorithm],
        clockTolerance: CLOCK_TOLERANCE,
        currentDate: new Date(this.#now()),
      });
      return checked(payload, this.#now() / 1000);
    } catch (error) {
      const down = downOf(error);
      if (down) throw down;
      const { code } = (error ?? {}) as { code?: unknown };
      return typeof code === 'string' ? code : 'unknown';
    }
  }

  #keysOf(config: Configuration): Keys {
    const known = this.#keys.get(config);
    if (known) return known;
    const fetchKeys: GuardedFetch = async (url, options) => {
      const answer = await this.#fetch(url, options).catch((error: Error) => {
        throw new UpstreamDown(error.name);
      });
      if (answer.status !== 200) throw new UpstreamDown(`status ${answer.status}`);
      return answer;
    };
    const { jwks_uri: address = '' } = config.serverMetadata();
    const keys = createRemoteJWKSet(new URL(address), { [customFetch]: fetchKeys, timeoutDuration: TIMEOUT });
    this.#keys.set(config, keys);
    return keys;
  }
}

function checked(claims: JWTPayload, now: number): LogoutToken | string {
  const { iat, jti, sub, sid, events, nonce } = claims;
  if (typeof iat !== 'number' || Math.abs(now - iat) > MAX_AGE) return 'iat';
  if (!isText(jti)) return 'jti';
  // An ID token is no logout token, even a genuine one.
  if (nonce !== undefined) return 'nonce';
  const event = (events as Readonly<Record<string, unknown>> | null | undefined)?.[EVENT];
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return 'events';
  if ((sub !== undefined && !isText(sub)) || (sid !== undefined && !isText(sid))) return 'sub';
  if (sub === undefined && sid === undefined) return 'sub';
  return { jti, subject: sub, sid: isText(sid) ? sid : undefined };
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= MAX_TEXT;
