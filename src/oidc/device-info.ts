import { claimedDevice } from '../devices/claimed-device.ts';
import { newNumberMatch } from '../devices/number-match.ts';
import { networkOf } from '../net/network.ts';
import { devicePlace, type Requester } from '../net/requester.ts';
import { DEFAULT_DEVICE_TYPE, NUMBER_MATCH } from './clients.ts';

/** The request for a device code, as far as its owner is told of it. */
interface CodeRequest {
  claims: Readonly<Record<string, unknown>>;
  requester: Requester;
  client: object | undefined;
  /** It asks that the owner prove who they are anew. */
  login: boolean;
}

/** Kept with the code, shown on the confirm page and in the list of devices. */
export function deviceInfo({ claims, requester, client, login }: CodeRequest) {
  const place = devicePlace(requester);
  const asksForNumber = (client as Record<string, unknown> | undefined)?.[NUMBER_MATCH] === true;
  return {
    ...claimedDevice(claims, (client as Record<string, unknown> | undefined)?.[DEFAULT_DEVICE_TYPE]),
    address: place.address,
    network: networkOf(place.address),
    ...(!place.isCertain && { uncertain: true }),
    ...(requester.isFromWebsite && { website: true }),
    userAgent: requester.userAgent,
    at: Date.now(),
    ...(login && { login: true }),
    ...(asksForNumber && { numberMatch: newNumberMatch() }),
  };
}
