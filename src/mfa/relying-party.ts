import { isIP } from 'node:net';
import type { Service } from '../brand/brand.ts';
import { hostOf } from '../net/host.ts';

/** Whose passkeys are: the host they are bound to, and the origin of the pages that may ask for them. */
export interface RelyingParty {
  readonly id: string;
  /** The brand's, as the owner's phone lists it. */
  readonly name: string;
  readonly origin: string;
}

/**
 * `undefined` where browsers know no passkeys: on plain http, except of this very machine, and on a host without a
 * name (WebAuthn level 3, sections 5.1.3 and 5.1.4: a secure context, and a domain).
 */
export function relyingPartyOf({ issuer, product }: Service): RelyingParty | undefined {
  const url = new URL(issuer);
  const { protocol, hostname, origin } = url;
  const local = hostname === 'localhost' || hostname.endsWith('.localhost');
  const named = isIP(hostOf(url)) === 0;
  return named && (protocol === 'https:' || local) ? { id: hostname, name: product, origin } : undefined;
}
