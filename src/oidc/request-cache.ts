import type { Session } from '../accounts/session.ts';
import type { Consent } from '../apps/consent.ts';
import type { AppGrant } from '../apps/consent-store.ts';
import type { PolledDeviceCode } from '../devices/device-code-store.ts';
import type { Authority } from '../devices/grant-store.ts';
import type { Payload } from '../devices/payload.ts';
import type { PresentedAccessToken } from './adapters/access-tokens.ts';
import type { CarriedCode } from './adapters/companion-codes.ts';
import type { CompanionDevice } from './companion-grant.ts';
import type { PresentedLinkKey } from './link-keys.ts';
import { perRequest } from './per-request.ts';
import type { PresentedRefreshToken } from './presented-refresh-token.ts';

/**
 * What was read from the store in one request, so that the account's slot is asked once and not by every model in turn:
 * its answer is the last word for a request that began before it was given.
 */
export class RequestCache {
  // Made when they are needed: most requests need one of them.
  #authorities?: Map<string, Authority>;
  #deviceCodes?: Map<string, Payload>;
  #polls?: Map<string, Promise<PolledDeviceCode | undefined>>;
  #refreshTokens?: Map<string, Promise<PresentedRefreshToken | undefined>>;
  #presented?: Map<string, Promise<PresentedAccessToken | 'not-theirs' | undefined>>;
  #companions?: Map<string, CarriedCode>;
  #appGrants?: Map<string, { grantId: string; grant: AppGrant }>;
  /** Why no device code could be made in front of the library. */
  codeError: unknown;
  /** Under which a device code was kept: another than the library drew where a live code had that one. */
  userCode: string | undefined;
  /** Why it is not known in front of the library whether a refresh token was exchanged. */
  exchangeError: unknown;
  /** The account behind a token that was presented has been asked. */
  asked = false;
  /** The signed-in browser that the request comes from. */
  browser: Session | undefined;
  /** The consent under which an app gets its code in this request. */
  consent: Consent | undefined;
  /** The sign-in that an app is told of by an ID token alone. */
  signIn: { readonly accountId: string; readonly grantId: string } | undefined;
  /** The key of its owner that a device has presented. */
  linkKey: PresentedLinkKey | undefined;
  /** The device that the owner has confirmed, where a code for it is made in this request. */
  companion: CompanionDevice | undefined;

  /** Device codes that a poll has found, by code. */
  get deviceCodes() {
    this.#deviceCodes ??= new Map();
    return this.#deviceCodes;
  }

  /** What a poll that has already been counted found, or the store's failure to say: device code → answer. */
  get polls() {
    this.#polls ??= new Map();
    return this.#polls;
  }

  /** What a refresh token that was presented in front of the library was found to be, or the store's failure to say. */
  get refreshTokens() {
    this.#refreshTokens ??= new Map();
    return this.#refreshTokens;
  }

  /** What an access token that was presented in front of the library was found to be: token → answer. */
  get presented() {
    this.#presented ??= new Map();
    return this.#presented;
  }

  /** Codes of such devices met in this request. */
  get companions() {
    this.#companions ??= new Map();
    return this.#companions;
  }

  /** Authorization codes met in this request, with the grant that redeeming each begins. */
  get appGrants() {
    this.#appGrants ??= new Map();
    return this.#appGrants;
  }

  authority(grantId: string): Authority | undefined {
    return this.#authorities?.get(grantId);
  }

  remember(grantId: string, authority: Authority): void {
    this.#authorities ??= new Map();
    this.#authorities.set(grantId, authority);
  }

  forget(grantId: string): void {
    this.#authorities?.delete(grantId);
  }
}

export const requestCache = perRequest(() => new RequestCache());
