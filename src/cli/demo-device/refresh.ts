import { untilAnswered } from './backoff.ts';
import type { Metadata } from './discovery.ts';
import { type Ending, ended, type Step, went } from './ending.ts';
import { exchange } from './exchange.ts';
import { verifyIdToken } from './identity.ts';
import type { DeviceOptions } from './options.ts';
import { refusal, unexpected } from './refusal.ts';
import type { Surroundings } from './surroundings.ts';
import { readTokens, type Tokens } from './tokens.ts';

/** Used when the server does not say how long the access token lives. */
const DEFAULT_LIFETIME_S = 300;
/** Timers overflow beyond 24 days; a device that wakes once a day is fine. */
const LONGEST_PAUSE_S = 86_400;

/** The key of the device: the newest refresh token. The run keeps it up to date, so that it can be given back. */
export interface HeldKey {
  refreshToken?: string;
}

export interface Refreshing {
  readonly metadata: Metadata;
  readonly options: Pick<DeviceOptions, 'clientId' | 'once' | 'refreshEvery'>;
  readonly subject: string | undefined;
  /** Attempts at one refresh while the server does not answer. */
  readonly attempts: number;
}

/**
 * Keeps the key fresh until the server answers invalid_grant: then somebody has taken the device off. With `once`, one
 * refresh is enough. An answer that got lost is asked for again with the key at hand.
 */
export async function keepRefreshing(
  around: Surroundings,
  refreshing: Refreshing,
  first: Tokens,
  held: HeldKey,
): Promise<Ending> {
  const { once, refreshEvery } = refreshing.options;
  let tokens = first;
  for (let count = 1; ; count += 1) {
    const pause = pauseSeconds(tokens.expires_in, refreshEvery, once);
    if (pause > 0) {
      await around.report({ event: 'next_refresh', in: pause });
      await around.sleep(pause * 1000, around.signal);
    }
    const before = held.refreshToken;
    const renewed = await refreshOnce(around, refreshing, held);
    if (!renewed.ok) return renewed.ending;
    tokens = renewed.value;
    await around.report({ event: 'refreshed', count, rotated: held.refreshToken !== before });
    if (once) return { kind: 'done', message: 'Signed in and refreshed once: all is well.' };
  }
}

/** Seconds until the next refresh: as told, or a tenth of the token's life (at most 30 s) before its end. */
export function pauseSeconds(
  expiresIn: number | undefined,
  every: number | undefined,
  once: boolean,
): number {
  if (every !== undefined) return every;
  if (once) return 0;
  const lifetime = expiresIn ?? DEFAULT_LIFETIME_S;
  return Math.min(Math.max(1, Math.floor(lifetime - Math.min(30, lifetime / 10))), LONGEST_PAUSE_S);
}

async function refreshOnce(
  around: Surroundings,
  refreshing: Refreshing,
  held: HeldKey,
): Promise<Step<Tokens>> {
  const { metadata, options, subject, attempts } = refreshing;
  const reply = await untilAnswered(around, { what: 'a fresh key', attempts }, () =>
    exchange(around, {
      url: metadata.token_endpoint,
      form: {
        grant_type: 'refresh_token',
        refresh_token: held.refreshToken ?? '',
        client_id: options.clientId,
      },
    }),
  );
  if (reply.kind === 'refused' && reply.error === 'invalid_grant') {
    delete held.refreshToken;
    return ended(
      'deregistered',
      'This device was deregistered: its key is no longer good. Start it again to link it again.',
    );
  }
  if (reply.kind !== 'answer') return refusal(reply, 'a fresh key');
  const tokens = readTokens(reply.body);
  if (tokens === undefined)
    return unexpected('the fresh key', 'the answer lacks parts of RFC 6749 section 5.1');
  // RFC 6749 section 6: a new refresh token replaces the old one; without one the old stays.
  if (tokens.refresh_token !== undefined) held.refreshToken = tokens.refresh_token;
  return tokens.id_token === undefined || subject === undefined
    ? went(tokens)
    : sameOwner(around, refreshing, tokens, tokens.id_token);
}

/** OpenID Connect Core section 12.2: an ID token of a refresh speaks of the same subject. */
async function sameOwner(
  around: Surroundings,
  { metadata, options, subject, attempts }: Refreshing,
  tokens: Tokens,
  idToken: string,
): Promise<Step<Tokens>> {
  const verified = await verifyIdToken(around, metadata, options.clientId, idToken, attempts);
  if (!verified.ok) return verified;
  if (verified.value !== subject) return unexpected('the fresh key', 'it belongs to somebody else');
  return went(tokens);
}
