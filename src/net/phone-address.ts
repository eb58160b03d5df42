import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { hostOf } from './host.ts';

/** Where a server listens, and what it calls itself. */
interface Listening {
  readonly issuer: string;
  readonly port: number;
  /** `undefined`: all addresses of the machine. */
  readonly host: string | undefined;
}

type Interfaces = ReturnType<typeof networkInterfaces>;

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;
const EVERYWHERE = new Set(['0.0.0.0', '::']);
/** Bridges and tunnels of this machine: no phone is behind them. */
const INWARD = /^(docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|tun|tap|utun|wg|zt|tailscale)/;
/** RFC 1918, as homes and offices use them; the first is the likeliest. By another address strangers come in, and no phone of the house. */
const PRIVATE = [/^192\.168\./, /^10\./, /^172\.(1[6-9]|2\d|3[01])\./];

/**
 * The origin by which a phone on the same network reaches this server: its issuer, unless that is `localhost`, which on
 * a phone is the phone. `undefined` where no address of a home network is listened to.
 */
export function phoneAddress(
  { issuer, port, host }: Listening,
  interfaces: Interfaces = networkInterfaces(),
): string | undefined {
  if (!isLoopback(issuer)) return issuer;
  if (host !== undefined && !EVERYWHERE.has(host))
    return LOOPBACK.test(host) || !isIPv4(host) ? undefined : `http://${host}:${port}`;
  const address = addressesOf(interfaces)[0];
  return address && `http://${address}:${port}`;
}

function isLoopback(origin: string): boolean {
  return LOOPBACK.test(hostOf(new URL(origin)));
}

function addressesOf(interfaces: Interfaces): string[] {
  const found = Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family, internal }) => family === 'IPv4' && !internal && !INWARD.test(name))
      .map(({ address }) => address),
  );
  return PRIVATE.flatMap((range) => found.filter((address) => range.test(address)));
}
