/**
 * An API that takes access tokens and asks, for each, whether it is still good (RFC 7662): a device or an app whose
 * owner has taken its access back is out with the next request.
 *
 *   npm install && npm start      then: curl http://localhost:4001 -H "Authorization: Bearer <access token>"
 *
 * The client is `example-api` of clients.example.json: an API has a secret, and no grants of its own.
 */
import { createServer } from 'node:http';
import * as client from 'openid-client';

const { ISSUER = 'http://localhost:3000', PORT = '4001' } = process.env;
const { CLIENT_SECRET = 'for-development-only-never-for-production' } = process.env;
const config = await client.discovery(
  new URL(ISSUER),
  'example-api',
  undefined,
  client.ClientSecretBasic(CLIENT_SECRET),
  {
    execute: [client.allowInsecureRequests],
  },
);

/** What is behind a token. `undefined`: nothing that gives access. */
async function accessOf(request) {
  const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (!token) return undefined;
  const answer = await client.tokenIntrospection(config, token);
  return answer.active ? answer : undefined;
}

createServer(async (request, response) => {
  try {
    const access = await accessOf(request);
    if (!access) return response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end();
    // Scopes say what the owner lets it do: check those that your own routes need.
    if (!access.scope?.split(' ').includes('profile'))
      return response
        .writeHead(403, { 'www-authenticate': 'Bearer error="insufficient_scope", scope="profile"' })
        .end();
    response.setHeader('content-type', 'text/plain').end(`account ${access.sub}, by ${access.client_id}`);
  } catch (error) {
    // It could not be asked: that is no reason to let anybody in.
    console.error(error.message);
    response.writeHead(503, { 'retry-after': '2' }).end();
  }
}).listen(Number(PORT), 'localhost', () => console.log(`Listening at http://localhost:${PORT}`));
