/** A whole server with an Admin API, clients that may call it, and their calls. */
import type { Session } from '../../src/accounts/session.ts';
import { ADMIN_SCOPES } from '../../src/admin/scopes.ts';
import { settledContentsUnder } from '../redis/keyspace-contents.ts';
import { DeviceClient, type Tokens } from '../support/device-client.ts';
import { freePort } from '../support/free-port.ts';
import { request } from '../support/http.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

export const SECRET = 'a secret of the operator for tests, 40 char';
export const ALL_SCOPES = Object.keys(ADMIN_SCOPES);

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface Asked {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** From where. */
  readonly address?: string;
}

export interface AdminWorld {
  readonly server: WholeServer;
  /** A token of the client `ops`, which is given everything. */
  token(scopes?: readonly string[], client?: string): Promise<string>;
  call(method: string, path: string, asked?: Asked): Promise<Answer>;
  /** By a token with all scopes. */
  ask(method: string, path: string, asked?: Asked): Promise<Answer>;
  /** A device of this owner's, with its tokens. */
  link(browser: Session): Promise<Tokens>;
  /** The same, up to where the device has not asked yet. @returns asks */
  approved(browser: Session): Promise<() => Promise<Tokens>>;
  introspected(token: string): Promise<{ exp: number; iat: number }>;
  /** All that the store holds, but for the trail and what is counted. */
  contents(): Promise<Record<string, unknown>>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Tests call more often than programs may. */
const SETTINGS = {
  ADMIN: 'api',
  ADMIN_NETWORKS: '203.0.113.0/24',
  LIMIT_ADMIN_CALLS: '1000000/1s 100ms..1s',
};

const secreted = { token_endpoint_auth_method: 'client_secret_basic', client_secret: SECRET };

export const basicOf = (client: string) => `Basic ${btoa(`${client}:${encodeURIComponent(SECRET)}`)}`;

export function adminClients(issuer: string): object[] {
  const own = (id: string, scopes: readonly string[]) => ({
    client_id: id,
    client_name: id,
    grant_types: ['client_credentials'],
    own_access: { [`${issuer}/admin/v1`]: scopes },
    ...secreted,
  });
  return [
    { client_id: 'tv', client_name: 'Telly' },
    {
      client_id: 'notes',
      client_name: 'Notes',
      redirect_uris: ['https://notes.example.com/signed-in'],
      token_endpoint_auth_method: 'none',
    },
    own('ops', ALL_SCOPES),
    own('viewer', ['admin:accounts:read']),
  ];
}

export async function adminWorld(
  environment: Record<string, string> = {},
  overrides: Parameters<typeof startWholeServer>[2] = {},
  secrets?: string[],
): Promise<AdminWorld> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const server = await startWholeServer({ ...SETTINGS, PORT: `${port}`, ...environment }, secrets, {
    clients: adminClients(issuer),
    ...overrides,
  });
  return {
    server,
    ...callsTo(server.origin, issuer),
    ...devicesAt(server),
    contents: () => keptBy(server),
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

function callsTo(
  origin: string,
  issuer: string,
): Pick<AdminWorld, 'token' | 'call' | 'ask' | 'introspected'> {
  const post = (path: string, client: string, fields: Record<string, string>) =>
    request(`${origin}${path}`, {
      method: 'POST',
      headers: { authorization: basicOf(client) },
      body: new URLSearchParams(fields),
    });
  const token = async (scopes: readonly string[] = ALL_SCOPES, client = 'ops') => {
    const fields = {
      grant_type: 'client_credentials',
      resource: `${issuer}/admin/v1`,
      scope: scopes.join(' '),
    };
    const body = (await (await post('/token', client, fields)).json()) as Record<string, unknown>;
    if (typeof body['access_token'] !== 'string') throw new Error(`no token: ${JSON.stringify(body)}`);
    return body['access_token'];
  };
  const call = async (method: string, path: string, asked: Asked = {}): Promise<Answer> => {
    const response = await request(`${origin}/admin/v1${path}`, {
      method,
      headers: {
        'x-forwarded-for': asked.address ?? '203.0.113.9',
        ...(asked.token !== undefined && { authorization: `Bearer ${asked.token}` }),
        ...(asked.body !== undefined && { 'content-type': 'application/json' }),
        ...asked.headers,
      },
      ...(asked.body !== undefined && { body: JSON.stringify(asked.body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} };
  };
  let everything: Promise<string> | undefined;
  const ask = async (method: string, path: string, asked: Asked = {}) => {
    everything ??= token();
    return call(method, path, { token: await everything, ...asked });
  };
  const introspected = async (presented: string) => {
    const response = await post('/token/introspection', 'ops', { token: presented });
    return (await response.json()) as { exp: number; iat: number };
  };
  return { token, call, ask, introspected };
}

function devicesAt(server: WholeServer): Pick<AdminWorld, 'approved' | 'link'> {
  const approved = async (browser: Session) => {
    const device = new DeviceClient(server.issuer);
    const { deviceCode, userCode } = codesOf(await device.authorize());
    await server.inside.linking.approve(userCode, browser);
    return async () => tokensOf(await device.poll(deviceCode));
  };
  return { approved, link: async (browser) => (await approved(browser))() };
}

async function keptBy(server: WholeServer): Promise<Record<string, unknown>> {
  const all = await settledContentsUnder(server.stores.connection.redis, server.stores.prefix);
  const kept = Object.entries(all as object).filter(
    ([key]) => !/(\{audit\}|Attempts|ClientCredentials|\{alerts\}|\{notices\})/.test(key),
  );
  return Object.fromEntries(kept);
}
