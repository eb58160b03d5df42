import type { AccountProfile } from '../accounts/account.ts';
import type { Authority, PlaceInChain } from '../devices/grant-store.ts';
import type { Payload } from '../devices/payload.ts';

/** An authority that opens the profile of the owner when it is asked for, as few requests do. */
export class JudgedGrant implements Authority {
  readonly payload: Payload;
  readonly generation: number;
  memberId?: string;
  chain?: PlaceInChain;
  readonly #profile: () => AccountProfile | undefined;

  constructor(payload: Payload, generation: number, profile: () => AccountProfile | undefined) {
    this.payload = payload;
    this.generation = generation;
    this.#profile = profile;
  }

  get profile(): AccountProfile | undefined {
    return this.#profile();
  }
}
