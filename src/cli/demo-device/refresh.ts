import * as client from 'openid-client';
import { untilAnswered } from './backoff.ts';
import { type Ending, RunEnded } from './ending.ts';
import type { Environment } from './environment.ts';
import type { DeviceOptions } from './options.ts';
import type { Tokens } from './poll.ts';
import { refusal, unexpected } from './refusal.ts';
import { verifyIdToken } from './sign-in.ts';

/** Used when the server does not say how long the access token lives. */
const DEFAULT_LIFETIME_S = 300;
/** A real device refreshes when its access token ends. This one is watched: the owner who removes it wants to see what it says. */
const MAX_PAUSE_S = 30;

/** The key of the device: the newest refresh token. The run keeps it up to date, so that it can be given back. */
export interface HeldKey {
  refreshToken?: string;
}

interface Refreshing {
  readonly server: client.Configuration;
  readonly options: Pick<DeviceOptions, 'once' | 'refreshEvery'>;
  readonly subject: string | undefined;
  /** Attempts at one refresh while the server does not answer. */
  readonly attempts: number;
}

/**
 * Keeps the key fresh until the server answers invalid_grant: then its owner has removed it. With `once`, one
 * refresh is enough. An answer that got lost is asked for again with the key at hand.
 * @throws RunEnded
 */
export async function keepRefreshing(
  around: Environment,
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
    tokens = await refreshOnce(around, refreshing, held);
    await around.report({ event: 'refreshed', count, rotated: held.refreshToken !== before });
    if (once) return { kind: 'done', message: 'Signed in and refreshed once: all is well.' };
  }
}

/** Seconds until the next refresh: as told, or half a minute, or a tenth of the token's life before its end. */
export function pauseSeconds(
  expiresIn: number | undefined,
  every: number | undefined,
  once: boolean,
): number {
  if (every !== undefined) return every;
  if (once) return 0;
  const lifetime = expiresIn ?? DEFAULT_LIFETIME_S;
  return Math.min(Math.max(1, Math.floor(lifetime * 0.9)), MAX_PAUSE_S);
}

async function refreshOnce(around: Environment, refreshing: Refreshing, held: HeldKey): Promise<Tokens> {
  const { server, subject, attempts } = refreshing;
  const reply = await untilAnswered(around, { what: 'a fresh key', attempts }, () =>
    client.refreshTokenGrant(server, held.refreshToken ?? ''),
  );
  if (reply.kind === 'refused' && reply.error === 'invalid_grant') {
    delete held.refreshToken;
    const why = 'This device was removed from the account. Start it again to link it again.';
    throw new RunEnded('deregistered', why);
  }
  if (reply.kind !== 'answer') throw refusal(reply, 'a fresh key');
  const tokens = reply.value;
  // RFC 6749 section 6: a new refresh token replaces the old one; without one the old stays.
  if (tokens.refresh_token !== undefined) held.refreshToken = tokens.refresh_token;
  // OpenID Connect Core section 12.2: an ID token of a refresh speaks of the same subject.
  if (tokens.id_token !== undefined && subject !== undefined) {
    const verified = await verifyIdToken(around, server, tokens.id_token, attempts);
    if (verified !== subject) throw unexpected('the fresh key', 'it belongs to somebody else');
  }
  return tokens;
}
