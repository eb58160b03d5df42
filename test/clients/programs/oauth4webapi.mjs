/** A website on oauth4webapi, as its examples have it. */
import { createServer } from 'node:http';
import * as oauth from 'oauth4webapi';

const { ISSUER, PORT, CLIENT_ID, CLIENT_SECRET } = process.env;
const home = `http://localhost:${PORT}`;
const local = { [oauth.allowInsecureRequests]: true };
const issuer = new URL(ISSUER);
const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, local));
const client = { client_id: CLIENT_ID };
const auth = oauth.ClientSecretPost(CLIENT_SECRET);
const verifier = oauth.generateRandomCodeVerifier();
let user = null;

async function login(response) {
  const url = new URL(as.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: CLIENT_ID,
    redirect_uri: `${home}/callback`,
    response_type: 'code',
    scope: 'openid profile email',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString();
  response.writeHead(302, { location: url.href }).end();
}

async function callback(url, response) {
  const parameters = oauth.validateAuthResponse(as, client, url);
  const answer = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    auth,
    parameters,
    `${home}/callback`,
    verifier,
    local,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, { requireIdToken: true });
  const { sub } = oauth.getValidatedIdTokenClaims(tokens);
  const info = await oauth.userInfoRequest(as, client, tokens.access_token, local);
  user = await oauth.processUserInfoResponse(as, client, sub, info);
  response.writeHead(302, { location: '/' }).end();
}

createServer(async (request, response) => {
  const url = new URL(request.url, home);
  if (url.pathname === '/login') return login(response);
  if (url.pathname === '/callback') return callback(url, response);
  response.setHeader('content-type', 'text/html').end(`<pre>${JSON.stringify(user)}</pre>`);
}).listen(Number(PORT), 'localhost');
