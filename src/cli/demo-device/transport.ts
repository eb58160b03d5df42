import { BlockList, isIP } from 'node:net';

const NEAR = nearNetworks();

function nearNetworks(): BlockList {
  const list = new BlockList();
  list.addSubnet('127.0.0.0', 8);
  list.addSubnet('10.0.0.0', 8);
  list.addSubnet('172.16.0.0', 12);
  list.addSubnet('192.168.0.0', 16);
  list.addSubnet('169.254.0.0', 16);
  list.addAddress('::1', 'ipv6');
  list.addSubnet('fc00::', 7, 'ipv6');
  list.addSubnet('fe80::', 10, 'ipv6');
  return list;
}

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
  if (isLocalhostName(hostname)) return true;
  const address = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  return family !== 0 && NEAR.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function isLocalhostName(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost');
}
