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

/**
 * What was read from the store in one request, so that the account's slot is asked once and not by every model in turn:
 * its answer is the last word for a request that began before it was given.
 */
export class RequestCache {
  readonly #authorities = new Map<string, Authority>();
  /** Device codes that a poll has found, by code. */
  readonly deviceCodes = new Map<string, Payload>();
  /** What a poll that has already been counted found, or the store's failure to say: device code → answer. */
  readonly polls = new Map<string, Promise<PolledDeviceCode | undefined>>();
  /** Why no device code could be made in front of the library. */
  codeError: unknown;
  /** What an access token that was presented in front of the library was found to be: token → answer. */
  readonly presented = new Map<string, Promise<PresentedAccessToken | 'not-theirs' | undefined>>();
  /** The account behind a token that was presented has been asked. */
  asked = false;
  /** The signed-in browser that the request comes from. */
  browser: Session | undefined;
  /** The consent under which an app gets its code in this request. */
  consent: Consent | undefined;
  /** The key of its owner that a device has presented. */
  linkKey: PresentedLinkKey | undefined;
  /** The device that the owner has confirmed, where a code for it is made in this request. */
  companion: CompanionDevice | undefined;
  /** Codes of such devices met in this request. */
  readonly companions = new Map<string, CarriedCode>();
  /** Authorization codes met in this request, with the grant that redeeming each begins. */
  readonly appGrants = new Map<string, { grantId: string; grant: AppGrant }>();

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

export const requestCache = perRequest(() => new RequestCache());
