import { z } from 'zod';
import { type Ended, ended, type Step, went } from './ending.ts';
import { exchange } from './exchange.ts';
import type { Surroundings } from './surroundings.ts';
import { isAllowedTransport } from './transport.ts';

const metadataSchema = z.object({
  issuer: z.string(),
  device_authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.string(),
  userinfo_endpoint: z.string().optional(),
  revocation_endpoint: z.string().optional(),
});

/** The parts of the server's metadata that a device needs (RFC 8414 section 2, RFC 8628 section 4). */
export type Metadata = z.infer<typeof metadataSchema>;

/**
 * Reads the server's metadata and checks that it is the metadata of this very issuer (OpenID Connect Discovery
 * section 4.3) and that no endpoint is on a less safe transport than asked for.
 */
export async function discover(
  around: Surroundings,
  issuer: string,
  insecure: boolean,
): Promise<Step<Metadata>> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const reply = await exchange(around, { url });
  if (reply.kind === 'unavailable') {
    return ended('unreachable', `Cannot reach ${issuer}: ${reply.reason}. Is the server running?`);
  }
  if (reply.kind !== 'answer') return notLatchkey(issuer, `${url} answers ${reply.status}`);
  const parsed = metadataSchema.safeParse(reply.body);
  if (!parsed.success) return notLatchkey(issuer, `its metadata lacks ${faultyFields(parsed.error)}`);
  const metadata = parsed.data;
  if (metadata.issuer !== issuer) return notLatchkey(issuer, `it calls itself ${metadata.issuer}`);
  const unsafe = endpoints(metadata).find((address) => !isAllowedTransport(address, insecure));
  if (unsafe !== undefined) return notLatchkey(issuer, `it names an unsafe address, ${unsafe}`);
  return went(metadata);
}

function notLatchkey(issuer: string, why: string): Ended {
  return ended('unreachable', `${issuer} is not a Latchkey that this device can use: ${why}.`);
}

function faultyFields(error: z.ZodError): string {
  return [...new Set(error.issues.map((issue) => issue.path.join('.') || 'everything'))].join(', ');
}

function endpoints({ issuer: _, ...addresses }: Metadata): string[] {
  return Object.values(addresses).filter((address) => address !== undefined);
}
