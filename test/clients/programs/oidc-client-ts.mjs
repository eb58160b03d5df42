/** An app that runs in the browser, on oidc-client-ts: no secret, a refresh token, calls from its own origin. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { ISSUER, PORT, CLIENT_ID } = process.env;
const home = `http://localhost:${PORT}`;
const library = readFileSync(
  new URL('../node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js', import.meta.url),
);
const settings = {
  authority: ISSUER,
  client_id: CLIENT_ID,
  redirect_uri: `${home}/callback`,
  post_logout_redirect_uri: `${home}/`,
  scope: 'openid profile email offline_access',
};
const page = `<!doctype html><meta charset="utf-8"><pre></pre>
<script src="/oidc.js"></script>
<script>
const manager = new oidc.UserManager(${JSON.stringify(settings)});
const show = (user) => { document.querySelector('pre').textContent = JSON.stringify(user?.profile ?? null); };
const steps = {
  '/login': () => manager.signinRedirect(),
  '/logout': () => manager.signoutRedirect(),
  '/callback': async () => { await manager.signinRedirectCallback(); show(await manager.signinSilent()); },
  '/': async () => show(await manager.getUser()),
};
steps[location.pathname]().catch((error) => { document.querySelector('pre').textContent = String(error); });
</script>`;

createServer((request, response) => {
  if (request.url === '/oidc.js') return response.setHeader('content-type', 'text/javascript').end(library);
  response.setHeader('content-type', 'text/html').end(page);
}).listen(Number(PORT), 'localhost');
