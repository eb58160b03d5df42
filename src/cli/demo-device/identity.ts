import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import { z } from 'zod';
import { type Persistence, untilAnswered } from './backoff.ts';
import type { Metadata } from './discovery.ts';
import { ended, type Step, went } from './ending.ts';
import { exchange } from './exchange.ts';
import { refusal, unexpected } from './refusal.ts';
import type { Surroundings } from './surroundings.ts';

/** Only signatures that need the server's private key: never `none`, never a shared secret. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** How far the clocks of device and server may be apart, in seconds. */
const CLOCK_TOLERANCE_S = 30;

const jwksSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

const userinfoSchema = z.object({
  sub: z.string(),
  name: z.string().optional().catch(undefined),
  email: z.string().optional().catch(undefined),
});

/** Who the device is signed in as. */
export type Identity = z.infer<typeof userinfoSchema>;

/**
 * Verifies an ID token against the server's published keys (OpenID Connect Core section 3.1.3.7): signature, iss, aud,
 * azp, exp. Gives its subject.
 */
export async function verifyIdToken(
  around: Surroundings,
  metadata: Metadata,
  clientId: string,
  idToken: string,
  attempts: number,
): Promise<Step<string>> {
  const trying: Persistence = { what: "the server's keys", attempts };
  const reply = await untilAnswered(around, trying, () => exchange(around, { url: metadata.jwks_uri }));
  if (reply.kind !== 'answer') return refusal(reply, trying.what);
  const jwks = jwksSchema.safeParse(reply.body);
  if (!jwks.success) return unexpected(trying.what, 'the answer is not a key set');
  try {
    const { payload } = await jwtVerify(idToken, createLocalJWKSet(jwks.data as JSONWebKeySet), {
      issuer: metadata.issuer,
      audience: clientId,
      algorithms: ALGORITHMS,
      requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat'],
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(around.now()),
    });
    const foreign = payload['azp'] !== undefined && payload['azp'] !== clientId;
    if (foreign) return unexpected('the ID token', 'it was made for another client');
    return went(payload.sub as string);
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    return unexpected('the ID token', `${error.message} (${error.code})`);
  }
}

/** Asks the server who the owner is, and checks that it speaks of `subject` (OpenID Connect Core section 5.3.2). */
export async function fetchIdentity(
  around: Surroundings,
  endpoint: string,
  accessToken: string,
  subject: string,
  attempts: number,
): Promise<Step<Identity>> {
  const trying: Persistence = { what: 'who the owner is', attempts };
  const reply = await untilAnswered(around, trying, () =>
    exchange(around, { url: endpoint, bearer: accessToken }),
  );
  if (reply.kind === 'refused' && reply.status === 401) {
    return ended(
      'deregistered',
      'The server no longer accepts the key it just gave: this device was deregistered.',
    );
  }
  if (reply.kind !== 'answer') return refusal(reply, trying.what);
  const parsed = userinfoSchema.safeParse(reply.body);
  if (!parsed.success) return unexpected('userinfo', 'the answer names no subject');
  if (parsed.data.sub !== subject)
    return unexpected('userinfo', 'it speaks of somebody else than the ID token');
  return went(parsed.data);
}
