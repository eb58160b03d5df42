/** A website on openid-client 5: neither PKCE nor state nor nonce unless it is asked to. */
import { createServer } from 'node:http';
import { Issuer } from 'openid-client-5';

const { ISSUER, PORT, CLIENT_ID, CLIENT_SECRET } = process.env;
const home = `http://localhost:${PORT}`;
const issuer = await Issuer.discover(ISSUER);
const client = new issuer.Client({
  client_id: CLIENT_ID,
  client_secret: CLIENT_SECRET,
  redirect_uris: [`${home}/callback`],
  response_types: ['code'],
});
let user = null;

createServer(async (request, response) => {
  const { pathname } = new URL(request.url, home);
  if (pathname === '/login')
    return response
      .writeHead(302, { location: client.authorizationUrl({ scope: 'openid profile email offline_access' }) })
      .end();
  if (pathname === '/callback') {
    const tokens = await client.callback(`${home}/callback`, client.callbackParams(request));
    const refreshed = await client.refresh(tokens);
    user = { ...(await client.userinfo(refreshed)), idToken: refreshed.claims() };
    return response.writeHead(302, { location: '/' }).end();
  }
  if (pathname === '/logout') {
    user = null;
    return response
      .writeHead(302, { location: client.endSessionUrl({ post_logout_redirect_uri: home }) })
      .end();
  }
  response.setHeader('content-type', 'text/html').end(`<pre>${JSON.stringify(user)}</pre>`);
}).listen(Number(PORT), 'localhost');
