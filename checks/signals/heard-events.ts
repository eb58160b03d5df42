import { isDeepStrictEqual } from 'node:util';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import type { StreamWorld } from './stream-world.ts';

/** One that came to a client. */
interface Came {
  readonly body: string;
  /** The name under which a poll gave it. */
  readonly jti?: string;
  readonly at: number;
}

interface Verified {
  readonly name: string;
  readonly claims: JWTPayload;
}

/** All that came to a client so far, however it is told. */
export function cameTo({ listener, polling }: StreamWorld, client: string): readonly Came[] {
  return polling.get(client)?.heard ?? listener.at(client);
}

/** What it says, and of whom, unverified. */
export function nameOf({ body }: Pick<Came, 'body'>): string {
  const claims = JSON.parse(Buffer.from(body.split('.')[1] ?? '', 'base64url').toString()) as JWTPayload;
  return nameIn(claims);
}

function nameIn(claims: JWTPayload): string {
  const kinds = Object.keys((claims['events'] ?? {}) as object).map((uri) => uri.split('/').at(-1));
  return `${kinds.join('+')} ${(claims['sub_id'] as { sub?: string } | undefined)?.sub}`;
}

/** @returns sentences of what is lost, forged, or told in two ways */
export async function violationsOf(
  world: StreamWorld,
  client: string,
  owed: ReadonlySet<string>,
): Promise<string[]> {
  const { issuer } = world.installation.server;
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
  const violations: string[] = [];
  const told = new Map<string, Verified>();
  for (const one of cameTo(world, client)) {
    const rules = { issuer, audience: client, typ: 'secevent+jwt', algorithms: ['RS256'] };
    const verified = await jwtVerify(one.body, keys, rules).catch((error: Error) => error.message);
    if (typeof verified === 'string') {
      violations.push(`${client}: forged: ${nameOf(one)}: ${verified}`);
      continue;
    }
    const { payload: claims } = verified;
    const name = nameIn(claims);
    violations.push(...oddIn(claims, one, world, client).map((what) => `${client}: ${name}: ${what}`));
    const before = told.get(name)?.claims;
    if (before && !isDeepStrictEqual(before, claims))
      violations.push(`${client}: told under two jti, or in two ways: ${name}`);
    told.set(name, { name, claims });
  }
  for (const name of owed) if (!told.has(name)) violations.push(`${client}: never told: ${name}`);
  for (const name of told.keys())
    if (!owed.has(name)) violations.push(`${client}: told, and has not happened: ${name}`);
  return violations;
}

function oddIn(claims: JWTPayload, { jti }: Came, { installation, streams }: StreamWorld, client: string) {
  const { sub, exp, aud, jti: named = '', sub_id: subject, events } = claims;
  const { format, iss } = subject as { format?: string; iss?: string };
  const facts: Record<string, boolean> = {
    'it has another audience': aud !== client,
    'it has sub or exp': sub !== undefined || exp !== undefined,
    'its jti is of another stream': !named.startsWith(`${streams.get(client)}.`),
    'the poll has named it otherwise': jti !== undefined && jti !== named,
    'its subject is of another issuer': format !== 'iss_sub' || iss !== installation.server.issuer,
    'it is not one event': Object.keys(events as object).length !== 1,
  };
  return Object.keys(facts).filter((what) => facts[what]);
}
