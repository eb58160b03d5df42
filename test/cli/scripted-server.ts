import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** One scripted answer of the token endpoint. `silence` never answers, `hang-up` cuts the connection. */
export type Line =
  | { readonly status?: number; readonly body?: unknown; readonly headers?: Record<string, string> }
  | 'silence'
  | 'hang-up'
  | 'tokens';

export interface ScriptedServer {
  readonly issuer: string;
  /** Forms received, by path. */
  readonly received: { path: string; form: Record<string, string> }[];
  /** What the token endpoint answers, in order; after the last it cuts the connection. */
  readonly script: Line[];
  /** Overrides of the other answers, by path. */
  readonly answers: Record<string, { status?: number; body: unknown }>;
  readonly idToken: { claims: Record<string, unknown> };
  close(): Promise<void>;
}

export const oauthError = (error: string, error_description?: string): Line => ({
  status: 400,
  body: { error, error_description },
});
export const pending = oauthError('authorization_pending');

/** A server that answers the token endpoint as told, and everything else as a Latchkey would. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let issued = 0;
  const told: ScriptedServer = {
    issuer,
    received: [],
    script: [],
    answers: standardAnswers(issuer, jwk),
    idToken: { claims: {} },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = Object.fromEntries(new URLSearchParams(await readBody(request)));
    const path = request.url ?? '/';
    if (request.method === 'POST') told.received.push({ path, form });
    const line =
      path === '/token' ? (told.script.shift() ?? 'hang-up') : (told.answers[path] ?? { status: 404 });
    if (line === 'silence') return;
    if (line === 'hang-up') return void request.socket.destroy();
    const {
      status = 200,
      body,
      headers = {},
    } = line === 'tokens' ? { body: await tokens() } : { headers: {}, ...line };
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));
  }

  async function tokens(): Promise<unknown> {
    issued += 1;
    const claims = { iss: issuer, sub: 'owner', aud: 'demo-device', ...told.idToken.claims };
    const id_token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
    const keys = { access_token: `secret-access-${issued}`, refresh_token: `secret-refresh-${issued}` };
    return { ...keys, id_token, token_type: 'Bearer', expires_in: 600, scope: 'openid' };
  }

  return told;
}

function standardAnswers(issuer: string, jwk: unknown): ScriptedServer['answers'] {
  return {
    '/.well-known/openid-configuration': {
      body: {
        issuer,
        device_authorization_endpoint: `${issuer}/device/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        id_token_signing_alg_values_supported: ['ES256'],
        userinfo_endpoint: `${issuer}/me`,
        revocation_endpoint: `${issuer}/token/revocation`,
      },
    },
    '/device/auth': {
      body: {
        device_code: 'secret-device-code',
        user_code: 'WDJB-MJHT',
        verification_uri: `${issuer}/device`,
        verification_uri_complete: `${issuer}/device?user_code=WDJB-MJHT`,
        expires_in: 300,
      },
    },
    '/jwks': { body: { keys: [jwk] } },
    '/me': { body: { sub: 'owner', name: 'Ada Example', email: 'ada@example.org' } },
    '/token/revocation': { body: undefined },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}
