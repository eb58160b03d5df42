/**
 * An MCP client on the owner's machine: signs in once through the browser, then calls the tool. The flow is the SDK's own
 * (OAuth 2.1 with PKCE, RFC 9728, RFC 8707); this file keeps what it has to keep, and hears the answer.
 *
 * It is `example-mcp-client` of clients.example.json. Where a server takes clients that register themselves
 * (REGISTRATION=open), `CLIENT_ID= npm run client` does so instead.
 *
 *   npm install && npm run client
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const { SERVER = 'http://localhost:4002/mcp', PORT = '4003', STATE_FILE = 'state.json' } = process.env;
const { CLIENT_ID = 'example-mcp-client' } = process.env;
const CALLBACK = `http://localhost:${PORT}/callback`;

/** What is kept from one run to the next; only its owner may read the file. */
const state = existsSync(STATE_FILE) ? JSON.parse(readFileSync(STATE_FILE, 'utf8')) : {};
function keep(more) {
  Object.assign(state, more);
  writeFileSync(STATE_FILE, JSON.stringify(state), { mode: 0o600 });
}

const authProvider = {
  redirectUrl: CALLBACK,
  clientMetadata: {
    client_name: 'Diary reader',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  },
  clientInformation: () => state.client ?? (CLIENT_ID ? { client_id: CLIENT_ID } : undefined),
  saveClientInformation: (client) => keep({ client }),
  tokens: () => state.tokens,
  saveTokens: (tokens) => keep({ tokens }),
  /** The owner has taken the access back, or the server does not know the client any more. */
  invalidateCredentials: (what) => {
    if (['all', 'tokens'].includes(what)) keep({ tokens: undefined });
    if (['all', 'client'].includes(what)) keep({ client: undefined });
  },
  state: () => (state.expected = crypto.randomUUID()),
  codeVerifier: () => state.verifier,
  saveCodeVerifier: (verifier) => keep({ verifier }),
  redirectToAuthorization: (address) => console.log(`Open ${address}`),
};

/** Resolves with the code with which the browser comes back. */
function heardCode() {
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url, CALLBACK);
      if (pathname !== '/callback') return response.writeHead(404).end();
      // An answer to another request than the one that waits here.
      if (searchParams.get('state') !== state.expected) return response.writeHead(400).end();
      response.end('You can close this window.');
      server.close();
      const code = searchParams.get('code');
      if (code) resolve(code);
      else reject(new Error(searchParams.get('error')));
    }).listen(Number(PORT), 'localhost');
  });
}

async function connected() {
  const client = new Client({ name: 'example-mcp-client', version: '1.0.0' });
  const transport = new StreamableHTTPClientTransport(new URL(SERVER), { authProvider });
  try {
    await client.connect(transport);
    return client;
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    await transport.finishAuth(await heardCode());
    return connected();
  }
}

try {
  const client = await connected();
  const { content } = await client.callTool({ name: 'today', arguments: {} });
  console.log(content.map(({ text }) => text).join('\n'));
  await client.close();
} catch (error) {
  console.error(`Not signed in: ${error.message}`);
  process.exitCode = 1;
}
