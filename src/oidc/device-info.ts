import { claimedDevice } from '../devices/claimed-device.ts';
import { newNumberMatch } from '../devices/number-match.ts';
import type { ClientPlace } from '../net/client-place.ts';
import { networkOf } from '../net/network.ts';
import { NUMBER_MATCH } from './clients.ts';

/** The request for a device code, as far as its owner is told of it. */
export interface CodeRequest {
  claims: Readonly<Record<string, unknown>>;
  place: ClientPlace;
  userAgent: string;
  client: object | undefined;
  /** It asks that the owner prove who they are anew. */
  login: boolean;
}

/** Characters, each of one byte: programs name themselves in ASCII. */
const MAX_USER_AGENT = 300;

/** Kept with the code, shown on the confirm page and in the list of devices. */
export function deviceInfo({ claims, place, userAgent, client, login }: CodeRequest) {
  const asksForNumber = (client as Record<string, unknown> | undefined)?.[NUMBER_MATCH] === true;
  return {
    ...claimedDevice(claims),
    address: place.address,
    network: networkOf(place.address),
    ...(!place.isCertain && { uncertain: true }),
    userAgent: userAgent.slice(0, MAX_USER_AGENT).replace(/[^\x20-\x7e]/g, '?'),
    at: Date.now(),
    ...(login && { login: true }),
    ...(asksForNumber && { numberMatch: newNumberMatch() }),
  };
}
