import type { Metadata } from './discovery.ts';
import { type Step, went } from './ending.ts';
import { fetchIdentity, type Identity, verifyIdToken } from './identity.ts';
import type { DeviceOptions } from './options.ts';
import { unexpected } from './refusal.ts';
import type { Surroundings } from './surroundings.ts';
import type { Tokens } from './tokens.ts';

/**
 * Finds out who the new key belongs to and says so. Without `openid` among the scopes asked for there is nothing to
 * find out. Gives the subject, so that later ID tokens can be held against it.
 */
export async function greetOwner(
  around: Surroundings,
  metadata: Metadata,
  options: Pick<DeviceOptions, 'clientId' | 'scope'>,
  tokens: Tokens,
  attempts: number,
): Promise<Step<string | undefined>> {
  const scope = tokens.scope ?? options.scope;
  if (!options.scope.split(' ').includes('openid')) {
    await around.report({ event: 'signed_in', scope });
    return went(undefined);
  }
  if (tokens.id_token === undefined)
    return unexpected('the key', 'openid was asked for and no ID token came');
  const subject = await verifyIdToken(around, metadata, options.clientId, tokens.id_token, attempts);
  if (!subject.ok) return subject;
  const identity = await readIdentity(around, metadata, tokens, subject.value, attempts);
  if (!identity.ok) return identity;
  await around.report({ event: 'signed_in', ...identity.value, scope });
  return subject;
}

async function readIdentity(
  around: Surroundings,
  metadata: Metadata,
  tokens: Tokens,
  subject: string,
  attempts: number,
): Promise<Step<Identity>> {
  const endpoint = metadata.userinfo_endpoint;
  if (endpoint === undefined) return went({ sub: subject });
  return fetchIdentity(around, endpoint, tokens.access_token, subject, attempts);
}
