/**
 * A signed-in browser. It stands with the account, below the ways in (sessions/), since an owner changes the account
 * from one.
 */
import type { AccountId, AccountProfile } from './account.ts';

export interface Session {
  /** What the cookie holds. Never shown, logged or stored in clear. */
  sessionId: string;
  /** `<account>.<random>`, names the browser's record; not a secret. */
  uid: string;
  accountId: AccountId;
  epoch: number;
  profile: AccountProfile;
  /** When the account closes, milliseconds since 1970; `undefined`: its owner has not asked for that. */
  closesAt?: number | undefined;
  /** When the owner last proved who they are, seconds since 1970: OpenID Connect's `auth_time`. */
  authTime: number;
  /** How they did (RFC 8176). */
  amr: string[];
  /** The provider by which its owner came, and the sign-in there; `undefined`: the owner proved it here. */
  upstream?: { readonly id: string; readonly sid?: string | undefined } | undefined;
  /** IP address from which it signed in. */
  address: string;
  userAgent: string;
  /** Absolute end, seconds since 1970. */
  expiresAt: number;
  /** What the protocol library keeps of its session with this browser. */
  state: Readonly<Record<string, unknown>>;
}

export type NewSession = Omit<Session, 'profile' | 'closesAt'>;

/** Both in milliseconds. */
export interface SessionTimes {
  idle: number;
  absolute: number;
}

/** A browser that stays when everything else of its account ends. */
export interface StayingSession {
  /** The uid that it has had so far. */
  was: string;
  /** Who it is afterwards: another uid, another session id. */
  becomes: NewSession;
  time: SessionTimes;
}
