import type { Session } from '../accounts/session.ts';
import type { AskedLink } from '../devices/device-linking.ts';
import type { GoOn } from './app-sign-in.ts';

/**
 * A device that its maker's phone app sets up. It has pushed its request, the app has brought its owner to our pages,
 * and the owner confirms the device there.
 */
export interface CompanionLinking {
  /** @param uid of the request that waits @returns `undefined`: there is none, or it is no device's */
  find(uid: string): Promise<AskedLink | undefined>;
  /**
   * Gives the device a grant of its own, which waits for the code to be redeemed, under the epoch of this browser. A
   * request that was answered before goes on with that answer.
   * `'signed-out'`: the owner has signed out of everything since. `'full'`: the account has as many devices as it may.
   */
  approve(uid: string, browser: Session): Promise<GoOn | 'gone' | 'signed-out' | 'full'>;
}
