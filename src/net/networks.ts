import { isIP, isIPv6 } from 'node:net';
import { isLocal, isPrivate, isShared, networkOf, plainAddress } from './network.ts';
import type { ClientPlace } from './requester.ts';
import { parseTrustedProxies } from './trusted-proxies.ts';

/** `unknown` is never taken for `same`: what cannot be told counts as another network. */
export type NetworkRelation = 'same' | 'different' | 'unknown';

interface NetworksSettings {
  /** All loopback and private addresses are one network: development, where they are all of one desk. */
  readonly privateIsOne: boolean;
  /** Whether it is one of our proxies, by TRUSTED_PROXIES. */
  readonly isProxy: (address: string) => boolean;
}

/** Whether a device and a browser are in one network, as an owner understands it: one home or one office. */
export class Networks {
  readonly #with: NetworksSettings;

  constructor(settings: NetworksSettings) {
    this.#with = settings;
  }

  /**
   * `same` only where it is sure. Different address families cannot be compared: a home has both, and a stranger
   * chooses. A private address that both have is a gateway's, for all that can be known; so is one that is good on
   * this machine or link alone, and one of a proxy of ours is there where that proxy did not say who asked.
   */
  compare(one: ClientPlace, other: ClientPlace): NetworkRelation {
    const [a, b] = [plainAddress(one.address), plainAddress(other.address)];
    if (!one.isCertain || !other.isCertain) return 'unknown';
    if (this.#with.privateIsOne && isInside(a) && isInside(b)) return 'same';
    if (!this.tells(one) || !this.tells(other)) return 'unknown';
    if (isIPv6(a) !== isIPv6(b) || (a === b && isPrivate(a))) return 'unknown';
    return networkOf(a) === networkOf(b) ? 'same' : 'different';
  }

  /** Whether the address of a client tells anything of where the client is. */
  tells({ address, isCertain }: ClientPlace): boolean {
    const plain = plainAddress(address);
    const isOther = isLocal(plain) || isShared(plain) || this.#with.isProxy(plain);
    return isCertain && isIP(plain) !== 0 && !isOther;
  }
}

function isInside(address: string): boolean {
  return isLocal(address) || isPrivate(address);
}

/** As the settings have it: in development all of a private network is one; proxies are those that are named. */
export function networksOf(settings: {
  readonly mode: string;
  readonly trustedProxies: readonly string[];
}): Networks {
  const proxies = parseTrustedProxies(settings.trustedProxies);
  return new Networks({
    privateIsOne: settings.mode === 'development',
    isProxy: (address) => proxies.includes(address),
  });
}
