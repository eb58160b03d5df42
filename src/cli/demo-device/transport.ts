import { hostOf } from '../../net/host.ts';
import { Ranges } from '../../net/ranges.ts';

/** This computer, and addresses of a home or office network. */
const NEAR = new Ranges([
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '::1',
  'fc00::/7',
  'fe80::/10',
]);

/**
 * Whether the device may talk to this address: https anywhere, plain http only to this computer or to a private
 * address (RFC 8628 section 3.1 wants TLS; a home network often has none). A host *name* other than localhost may
 * point anywhere, so over http it needs `insecure`.
 */
export function isAllowedTransport(address: string, insecure: boolean): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.protocol === 'https:') return true;
  if (url.protocol !== 'http:') return false;
  return insecure || isNearHost(url.hostname);
}

/** Whether the address means the very computer it is opened on (localhost and its kind). */
export function isThisComputer(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { hostname } = new URL(address);
  return isLocalhostName(hostname) || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function isNearHost(hostname: string): boolean {
  return isLocalhostName(hostname) || NEAR.includes(hostOf({ hostname }));
}

function isLocalhostName(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost');
}
