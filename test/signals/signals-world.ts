/** A whole server that tells of security events, clients that may hear of them, and their calls. */
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { freePort } from '../support/free-port.ts';
import { request } from '../support/http.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

export const POLL = 'urn:ietf:rfc:8936';
export const PUSH = 'urn:ietf:rfc:8935';
const SECRET = 'a secret of the notes for their tests, 40 chars';

export interface Heard {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers of all kinds are looked into
  readonly body: any;
}

interface SecurityEvent extends JWTPayload {
  readonly sub_id: Record<string, unknown>;
  readonly events: Record<string, Record<string, unknown>>;
  readonly txn?: string;
}

export interface SignalsWorld {
  readonly server: WholeServer;
  token(client: string, scope?: string): Promise<string>;
  /** With a token of this client that has all it was given; another one, or none, where `token` says so. */
  call(client: string, method: string, path: string, body?: unknown, token?: string): Promise<Heard>;
  /** Polls until so many events have come, takes each, and verifies them as any receiver would. */
  events(client: string, count: number): Promise<SecurityEvent[]>;
  /** As a receiver that knows nothing of us but our metadata. */
  verified(set: string, client: string): Promise<SecurityEvent>;
  close(): Promise<void>;
}

export function receiverClient(
  issuer: string,
  id: string,
  more: object = {},
  scopes = ['ssf.read', 'ssf.manage'],
) {
  return {
    client_id: id,
    client_name: id,
    grant_types: ['client_credentials'],
    own_access: { [`${issuer}/ssf`]: scopes },
    token_endpoint_auth_method: 'client_secret_basic',
    client_secret: SECRET,
    ...more,
  };
}

export async function signalsWorld(
  clientsOf: (issuer: string) => object[],
  environment: Record<string, string> = {},
  overrides: Parameters<typeof startWholeServer>[2] = {},
): Promise<SignalsWorld> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const settings = { SHARED_SIGNALS: 'on', LIMIT_SIGNAL_VERIFICATIONS: '1000000/1s 100ms..1s' };
  const server = await startWholeServer({ ...settings, PORT: `${port}`, ...environment }, undefined, {
    clients: clientsOf(issuer),
    ...overrides,
  });
  const kept = new Map<string, Promise<string>>();
  const token = async (client: string, scope?: string) => {
    const response = await request(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client}:${encodeURIComponent(SECRET)}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope && { scope }) }),
    });
    const { access_token: got } = (await response.json()) as Record<string, unknown>;
    if (typeof got !== 'string') throw new Error(`no token: ${response.status}`);
    return got;
  };
  const call = async (client: string, method: string, path: string, body?: unknown, given?: string) => {
    if (given === undefined && !kept.has(client)) kept.set(client, token(client));
    const presented = given ?? (await kept.get(client));
    const response = await request(`${issuer}${path}`, {
      method,
      headers: {
        ...(presented !== '' && { authorization: `Bearer ${presented}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };
  const verified = async (set: string, client: string) => {
    const { body: metadata } = await call(client, 'GET', '/.well-known/ssf-configuration', undefined, '');
    const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));
    const expected = {
      issuer: metadata.issuer,
      audience: client,
      typ: 'secevent+jwt',
      algorithms: ['RS256'],
    };
    return (await jwtVerify<SecurityEvent>(set, keys, expected)).payload;
  };
  const events = async (client: string, count: number) => {
    const [{ delivery }] = (await call(client, 'GET', '/ssf/streams')).body;
    const path = new URL(delivery.endpoint_url).pathname;
    const found = new Map<string, string>();
    let ack: string[] = [];
    while (found.size < count || ack.length > 0) {
      const asked = { ack, ...(found.size >= count && { maxEvents: 0 }) };
      const { status, body } = await call(client, 'POST', path, asked);
      if (status !== 200) throw new Error(`a poll was answered ${status}`);
      const sets = Object.entries(body.sets as Record<string, string>);
      for (const [jti, set] of sets) found.set(jti, set);
      ack = sets.map(([jti]) => jti);
    }
    return Promise.all([...found.values()].map((set) => verified(set, client)));
  };
  return { server, token, call, events, verified, close: () => server.close() };
}
