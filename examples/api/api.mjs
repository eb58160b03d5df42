/**
 * An API that takes access tokens of two kinds:
 *  - opaque ones: it asks for each whether it is still good (RFC 7662). A device or an app whose owner has taken its
 *    access back is out with the next request. The client is `example-api` of clients.example.json: an API has a secret,
 *    and no grants of its own;
 *  - JWTs, where the server's RESOURCES_FILE says so (resources.example.json): good by their signature, without asking,
 *    until they end after five minutes at most.
 *
 *   npm install && npm start      then: curl http://localhost:4001 -H "Authorization: Bearer <access token>"
 */
import { createServer } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';

const { ISSUER = 'http://localhost:3000', PORT = '4001' } = process.env;
const { CLIENT_SECRET = 'for-development-only-never-for-production' } = process.env;
/** What clients name as `resource`, to the letter; and where they read how to get a token for it (RFC 9728). */
const RESOURCE = `http://localhost:${PORT}`;
const METADATA = '/.well-known/oauth-protected-resource';

const config = await client.discovery(
  new URL(ISSUER),
  'example-api',
  undefined,
  client.ClientSecretBasic(CLIENT_SECRET),
  {
    execute: [client.allowInsecureRequests],
  },
);
const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));

/** What is behind a token. `undefined`: nothing that gives access. */
async function accessOf(request) {
  const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (!token) return undefined;
  const access =
    token.split('.').length === 3 ? await read(token) : await client.tokenIntrospection(config, token);
  // One that is bound to a key comes with a proof (RFC 9449), which this API cannot check.
  return access?.active === false || access?.cnf ? undefined : access;
}

/** RFC 9068 section 4. */
async function read(token) {
  try {
    const { issuer } = config.serverMetadata();
    const expected = {
      issuer,
      audience: RESOURCE,
      typ: 'at+jwt',
      requiredClaims: ['exp', 'sub', 'client_id'],
    };
    return (await jwtVerify(token, keys, expected)).payload;
  } catch (error) {
    if (/^ERR_(JW[ST]|JOSE|JWKS_NO_MATCHING_KEY)/.test(error.code)) return undefined;
    throw error;
  }
}

/** Scopes say what the owner lets it do: check those that your own routes need. */
function mayGreet({ aud, scope = '' }) {
  return scope.split(' ').includes(aud === RESOURCE ? 'greetings.read' : 'profile');
}

function refuse(response, status, error) {
  const where = `resource_metadata="${RESOURCE}${METADATA}"`;
  response.writeHead(status, { 'www-authenticate': `Bearer error="${error}", ${where}` }).end();
}

createServer(async (request, response) => {
  try {
    if (request.url === METADATA) return describe(response);
    const access = await accessOf(request);
    if (!access) return refuse(response, 401, 'invalid_token');
    if (!mayGreet(access)) return refuse(response, 403, 'insufficient_scope');
    response.setHeader('content-type', 'text/plain').end(`account ${access.sub}, by ${access.client_id}`);
  } catch (error) {
    // It could not be asked: that is no reason to let a stranger in.
    console.error(error.message);
    response.writeHead(503, { 'retry-after': '2' }).end();
  }
}).listen(Number(PORT), 'localhost', () => console.log(`Listening at ${RESOURCE}`));

/** Where a client gets a token for this API, and for what it may ask (RFC 9728 section 2). */
function describe(response) {
  const metadata = {
    resource: RESOURCE,
    resource_name: 'Greetings',
    authorization_servers: [config.serverMetadata().issuer],
    scopes_supported: ['greetings.read'],
    bearer_methods_supported: ['header'],
  };
  response.setHeader('content-type', 'application/json').end(JSON.stringify(metadata));
}
