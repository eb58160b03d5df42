import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { untilAnswered } from './backoff.ts';
import { CLOCK_TOLERANCE_S } from './discovery.ts';
import { RunEnded } from './ending.ts';
import type { Environment } from './environment.ts';
import { customFetch } from './exchange.ts';
import type { DeviceOptions } from './options.ts';
import type { Tokens } from './poll.ts';
import { refusal, unexpected } from './refusal.ts';

/** Only signatures that need the server's private key: never `none`, never a shared secret. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/**
 * Finds out who the new key belongs to and says so. Without `openid` among the scopes asked for there is nothing to
 * find out. Gives the subject, so that later ID tokens can be held against it.
 * @throws RunEnded
 */
export async function greetOwner(
  around: Environment,
  server: client.Configuration,
  options: DeviceOptions,
  tokens: Tokens,
  attempts: number,
): Promise<string | undefined> {
  const scope = tokens.scope ?? options.scope;
  const asked = options.scope.split(' ').includes('openid');
  if (asked && tokens.id_token === undefined)
    throw unexpected('the key', 'openid was asked for and no ID token came');
  const subject = asked ? await verifyIdToken(around, server, tokens.id_token ?? '', attempts) : undefined;
  const identity = subject && (await identityOf(around, server, tokens.access_token, subject, attempts));
  await around.report({ event: 'signed_in', ...(identity || {}), scope });
  return subject;
}

/**
 * Verifies the signature of an ID token by the server's published keys; its claims the library has checked when it came.
 * The library can check signatures too, but does so within the request that redeems the code: keys that cannot be
 * fetched at that moment would cost the device its tokens. Gives its subject.
 * @throws RunEnded
 */
export async function verifyIdToken(
  around: Environment,
  server: client.Configuration,
  idToken: string,
  attempts: number,
): Promise<string> {
  const trying = { what: "the server's keys", attempts };
  const { issuer, jwks_uri = '' } = server.serverMetadata();
  const reply = await untilAnswered(around, trying, () => fetchKeys(around, jwks_uri));
  if (reply.kind !== 'answer') throw refusal(reply, trying.what);
  try {
    const { payload } = await jwtVerify(idToken, createLocalJWKSet(reply.value), {
      issuer,
      audience: server.clientMetadata().client_id,
      algorithms: ALGORITHMS,
      requiredClaims: ['sub'],
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(around.now()),
    });
    return payload.sub ?? '';
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw unexpected('the ID token', `${error.message} (${error.code})`);
  }
}

async function fetchKeys(around: Environment, url: string): Promise<JSONWebKeySet> {
  const headers = { accept: 'application/json' };
  const signal = AbortSignal.timeout(around.requestTimeoutMs);
  const request = { method: 'GET', headers, body: undefined, redirect: 'manual', signal } as const;
  const response = await customFetch(around)(url, request);
  const keys = (await response.json().catch(() => undefined)) as JSONWebKeySet | undefined;
  if (response.ok && Array.isArray(keys?.keys)) return keys;
  throw new client.ClientError('no key set', { cause: response });
}

/** Asks the server who the owner is; the library holds it against `subject` (OpenID Connect Core section 5.3.2). */
async function identityOf(
  around: Environment,
  server: client.Configuration,
  accessToken: string,
  subject: string,
  attempts: number,
) {
  if (server.serverMetadata().userinfo_endpoint === undefined) return { sub: subject };
  const trying = { what: 'who the owner is', attempts };
  const reply = await untilAnswered(around, trying, () => client.fetchUserInfo(server, accessToken, subject));
  if (reply.kind === 'answer') {
    const { sub, name, email } = reply.value;
    return { sub, name: textOf(name), email: textOf(email) };
  }
  if (reply.kind === 'unavailable' || reply.status !== 401) throw refusal(reply, trying.what);
  const why = 'The server no longer accepts the key it just gave: this device was removed.';
  throw new RunEnded('deregistered', why);
}

function textOf(claim: unknown): string | undefined {
  return typeof claim === 'string' ? claim : undefined;
}
