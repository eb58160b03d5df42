import * as client from 'openid-client';
import { RunEnded } from './ending.ts';
import type { Environment } from './environment.ts';
import { customFetch, exchange } from './exchange.ts';
import type { DeviceOptions } from './options.ts';
import { isAllowedTransport } from './transport.ts';

/** What a device cannot do without (RFC 8414 section 2, RFC 8628 section 4), and what it can. */
const NEEDED = ['token_endpoint', 'jwks_uri'] as const;
const NEEDED_BY_CODE = [...NEEDED, 'device_authorization_endpoint'] as const;
const NEEDED_BY_APP = [...NEEDED, 'authorization_endpoint', 'pushed_authorization_request_endpoint'] as const;
const USED = ['userinfo_endpoint', 'revocation_endpoint'] as const;
/** How far the clocks of device and server may be apart, in seconds. */
export const CLOCK_TOLERANCE_S = 30;

/**
 * Reads the server's metadata, which the library holds against the issuer (OpenID Connect Discovery section 4.3), and
 * checks that no endpoint is on a less safe transport than asked for.
 * @throws RunEnded
 */
export async function discover(
  around: Environment,
  { issuer, clientId, insecure, companion }: DeviceOptions,
): Promise<client.Configuration> {
  const clocks = {
    [client.clockSkew]: Math.round((around.now() - Date.now()) / 1000),
    [client.clockTolerance]: CLOCK_TOLERANCE_S,
  };
  const reply = await exchange(around, () =>
    client.discovery(new URL(issuer), clientId, clocks, client.None(), {
      [client.customFetch]: customFetch(around),
      timeout: around.requestTimeoutMs / 1000,
      // Plain http only where the options let it: this computer, private addresses, or --insecure.
      execute: issuer.startsWith('http:') ? [client.allowInsecureRequests] : [],
    }),
  );
  if (reply.kind === 'unavailable')
    throw new RunEnded('unreachable', `Cannot reach ${issuer}: ${reply.reason}. Is the server running?`);
  const why =
    reply.kind === 'answer'
      ? errorOf(reply.value.serverMetadata(), companion ? NEEDED_BY_APP : NEEDED_BY_CODE, insecure)
      : reply.why;
  if (reply.kind === 'answer' && why === undefined) return reply.value;
  throw new RunEnded('unreachable', `${issuer} is not a Latchkey that this device can use: ${why}.`);
}

function errorOf(
  metadata: client.ServerMetadata,
  needed: typeof NEEDED_BY_APP | typeof NEEDED_BY_CODE,
  insecure: boolean,
): string | undefined {
  const missing = needed.filter((name) => metadata[name] === undefined);
  if (missing.length > 0) return `its metadata lacks ${missing.join(', ')}`;
  const addresses = [...needed, ...USED].flatMap((name) => metadata[name] ?? []);
  const unsafe = addresses.find((address) => !isAllowedTransport(address, insecure));
  return unsafe && `it names an unsafe address, ${unsafe}`;
}
