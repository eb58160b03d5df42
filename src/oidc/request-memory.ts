import Provider from 'oidc-provider';
import type { Session } from '../accounts/session.ts';
import type { Consent } from '../apps/consent.ts';
import type { AppGrant } from '../apps/consent-store.ts';
import type { PolledDeviceCode } from '../devices/device-code-store.ts';
import type { Authority } from '../devices/grant-store.ts';
import type { Payload } from '../devices/payload.ts';
import type { LimitName } from '../limits/limits.ts';
import type { PresentedAccessToken } from './adapters/access-tokens.ts';

/** A refresh token that was met in a request. */
export interface MetRefreshToken {
  name: string;
  grantId: string;
  /** Name of the one that it was handed out for. */
  succeeds: string | undefined;
}

/**
 * What the adapters learn in the course of one request, so that the account's slot is asked once and not by
 * every model in turn: the answer is the last word for a request that began before it was given.
 */
export class RequestMemory {
  readonly #authorities = new Map<string, Authority>();
  readonly deviceCodes = new Map<string, Payload>();
  /** What a poll that has already been counted found, or the store's failure to say: device code → answer. */
  readonly polls = new Map<string, Promise<PolledDeviceCode | undefined>>();
  /** Who asked, where the request was answered in front of the library. */
  client: string | undefined;
  /** Why no device code could be made in front of the library. */
  codeError: unknown;
  /** What an access token that was presented in front of the library was found to be: token → answer. */
  readonly presented = new Map<string, Promise<PresentedAccessToken | undefined>>();
  /** By id. */
  readonly refreshTokens = new Map<string, MetRefreshToken>();
  /** The signed-in browser that the request comes from. */
  browser: Session | undefined;
  /** The consent under which an app gets its code in this request. */
  consent: Consent | undefined;
  /** Authorization codes met in this request, with the grant that redeeming each begins. */
  readonly appGrants = new Map<string, { grantId: string; grant: AppGrant }>();
  /** The refresh token that is being exchanged. */
  exchanged: MetRefreshToken | undefined;
  /** The exchange itself, under way: resolves to the name of the refresh token that goes out. */
  exchange: Promise<string> | undefined;
  /** Name of the refresh token that goes out beside the access token of this answer. */
  issued: string | undefined;
  /** A successor that already stands goes out again in place of the new one; see `adapters/refresh-tokens.ts`. */
  handedOutAgain: string | undefined;

  /** The limit that was met, and seconds until a new try makes sense. */
  limit: LimitName | undefined;
  retryAfter: number | undefined;
  /** The account behind a token that was presented has been asked. */
  asked = false;
  /** A token was asked about, or taken back, by a client that it is none of the business of. */
  hidden = false;
  /** A loser or an older refresh token was presented. */
  replayed = false;
  /** The operation that the store did not complete. */
  storeError: string | undefined;

  authority(grantId: string): Authority | undefined {
    return this.#authorities.get(grantId);
  }

  remember(grantId: string, authority: Authority): void {
    this.#authorities.set(grantId, authority);
  }

  forget(grantId: string): void {
    this.#authorities.delete(grantId);
  }
}

/**
 * The memory of the request that is being handled; outside of one, a memory that no other request sees.
 * @param context for middleware in front of the library, where it does not yet know its own
 */
export function requestMemory(context: { state: unknown } | undefined = Provider.ctx): RequestMemory {
  if (!context) return new RequestMemory();
  const state = context.state as { requestMemory?: RequestMemory };
  state.requestMemory ??= new RequestMemory();
  return state.requestMemory;
}
