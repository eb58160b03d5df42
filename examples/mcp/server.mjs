/**
 * An MCP server with a tool that acts for the owner whose token comes with the call. Latchkey issues the tokens: as JWTs for
 * this server alone, since resources.example.json says so.
 *
 *   RESOURCES_FILE=examples/mcp/resources.example.json npm start      (Latchkey, two folders above)
 *   npm install && npm run server                                     (here), then: npm run client
 */

import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import {
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthMetadataRouter,
} from '@modelcontextprotocol/sdk/server/auth/router.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import express from 'express';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const { ISSUER = 'http://localhost:3000', PORT = '4002' } = process.env;
/** To the letter what resources.example.json has: clients name it, and tokens are for it. */
const RESOURCE = new URL(`http://localhost:${PORT}/mcp`);
const oauthMetadata = await (await fetch(`${ISSUER}/.well-known/oauth-authorization-server`)).json();
const keys = createRemoteJWKSet(new URL(oauthMetadata.jwks_uri));

/** RFC 9068 section 4. */
async function verifyAccessToken(token) {
  const expected = { issuer: oauthMetadata.issuer, audience: RESOURCE.href, typ: 'at+jwt' };
  const { payload } = await jwtVerify(token, keys, expected).catch((error) => {
    throw new InvalidTokenError(error.message);
  });
  return {
    token,
    clientId: payload.client_id,
    scopes: (payload.scope ?? '').split(' '),
    expiresAt: payload.exp,
    resource: RESOURCE,
    extra: { account: payload.sub },
  };
}

/** One for each call: nothing is kept between two. */
function newServer() {
  const server = new McpServer({ name: 'diary', version: '1.0.0' });
  server.registerTool('today', { description: 'What the diary says of today' }, ({ authInfo }) => {
    // The owner may have unticked it.
    if (!authInfo.scopes.includes('diary.read'))
      return {
        isError: true,
        content: [{ type: 'text', text: 'Your owner does not let you read the diary.' }],
      };
    return {
      content: [{ type: 'text', text: `The day of ${authInfo.extra.account}, told to ${authInfo.clientId}` }],
    };
  });
  return server;
}

const app = express();
/** Says to clients where to get a token, and for what (RFC 9728). Access that lasts is what they refresh with. */
app.use(
  mcpAuthMetadataRouter({
    oauthMetadata,
    resourceServerUrl: RESOURCE,
    resourceName: 'Diary',
    scopesSupported: ['diary.read', 'offline_access'],
  }),
);
const needsToken = requireBearerAuth({
  verifier: { verifyAccessToken },
  resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(RESOURCE),
});
app.post('/mcp', needsToken, express.json(), async (request, response) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  response.on('close', () => transport.close());
  await newServer().connect(transport);
  await transport.handleRequest(request, response, request.body);
});
app.all('/mcp', (_request, response) => response.status(405).set('allow', 'POST').end());
app.listen(Number(PORT), 'localhost', () => console.log(`Listening at ${RESOURCE}`));
